/** Moving over the points of a plane by keyboard: an arrow key a point, five with Shift. */

import type { Place } from "../../core/boundary.ts";

const LEAPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};
const FAR = 5;

/** Look where a key leads from a point, or from the middle of the plane; Escape leads out of it. */
export function leap(
  event: KeyboardEvent,
  place: Place | null,
  { x, y }: { readonly x: readonly number[]; readonly y: readonly number[] },
  look: (place: Place | null) => void,
): void {
  if (event.key === "Escape") look(null);
  const by = LEAPS[event.key];
  if (!by) return;
  event.preventDefault();
  const from = place ?? { column: x.length >> 1, row: y.length >> 1 };
  const size = event.shiftKey ? FAR : 1;
  const within = (at: number, { length }: readonly number[]) => Math.max(0, Math.min(length - 1, at));
  look({ column: within(from.column + size * by[0], x), row: within(from.row + size * by[1], y) });
}
