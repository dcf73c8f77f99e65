/** Moving over the points of a plane by keyboard: an arrow key a point, five with Shift. */

import type { Place } from "../../core/boundary.ts";

const LEAPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};
const FAR = 5;

/** Where a key leads from a point, or from the middle of the plane; null where it leads nowhere. */
export function leapFrom(
  { key, shiftKey }: KeyboardEvent,
  place: Place | null,
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
): Place | null {
  const leap = LEAPS[key];
  if (!leap) return null;
  const from = place ?? { column: x.length >> 1, row: y.length >> 1 };
  const size = shiftKey ? FAR : 1;
  const within = (at: number, { length }: readonly number[]) => Math.max(0, Math.min(length - 1, at));
  return { column: within(from.column + size * leap[0], x), row: within(from.row + size * leap[1], y) };
}
