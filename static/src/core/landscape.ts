/** The loss over a plane through all parameters: its numbers, the lines of equal loss, and the way that was taken. */

import type { LandscapeAnswer } from "../api/types.ts";
import * as say from "../strings/landscape.ts";
import { type Place, placeName } from "./boundary.ts";
import { fromWire, short } from "./numbers.ts";
import type { Sheet } from "./sheet.ts";

/** Distances are Euclidean, in the parameters' own unit, from where the step of `t` began. */
export interface Landscape {
  readonly of: string;
  readonly t: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Row by row from the lowest `y`. */
  readonly losses: readonly number[];
  readonly loss: number;
  readonly gradientNorm: number;
  readonly directions: LandscapeAnswer["directions"];
  readonly path: readonly { readonly step: number; readonly at: readonly [x: number, y: number] }[];
  readonly step: {
    readonly at: readonly [x: number, y: number];
    readonly taken: boolean;
    readonly predicted: number;
    readonly real: number;
  };
}

export function readLandscape(of: string, answer: LandscapeAnswer): Landscape {
  const { t, x, y, losses, centre, directions, path, step } = answer;
  return {
    of,
    t,
    x: x.map(fromWire),
    y: y.map(fromWire),
    losses: losses.flat().map(fromWire),
    loss: fromWire(centre.loss),
    gradientNorm: fromWire(centre.gradient_norm),
    directions,
    path: path.steps.map((one, i) => ({
      step: one,
      at: [fromWire(path.x[i] ?? NaN), fromWire(path.y[i] ?? NaN)],
    })),
    step: {
      at: [fromWire(step.x), fromWire(step.y)],
      taken: step.taken,
      predicted: fromWire(step.predicted),
      real: fromWire(step.real),
    },
  };
}

const MARGIN = 1.3;

/** How far the square has to reach for the whole path and the step to be in it. */
export function reachOfPath({ path, step }: Landscape, otherwise: number): number {
  const far = Math.max(
    ...[...path.map(({ at }) => at), step.at].flat().filter(Number.isFinite).map(Math.abs),
    0,
  );
  return far > 0 ? MARGIN * far : otherwise;
}

/** So many losses that part the square into as many pieces and one, all of the same size; equal ones once. */
export function levels({ losses }: Landscape, count: number): number[] {
  const sorted = losses.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return [];
  const found = Array.from(
    { length: count },
    (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / (count + 1))],
  );
  return [...new Set(found as number[])].filter((level) => level > (sorted[0] ?? 0));
}

/** How many of the levels a loss lies above, as a share of them; null where it is no number. */
export function shareAbove(loss: number, lines: readonly number[]): number | null {
  if (Number.isNaN(loss)) return null;
  return lines.length ? lines.filter((level) => loss >= level).length / lines.length : 0;
}

export function lossAt({ losses, x }: Landscape, { column, row }: Place): number {
  return losses[row * x.length + column] ?? NaN;
}

/** The step of the path whose place is nearest to a point, if it is within `reach`. */
export function stepNear(
  { path }: Landscape,
  [x, y]: readonly [number, number],
  reach: number,
): number | null {
  let [best, least] = [null as number | null, reach];
  for (const { step, at } of path) {
    const distance = Math.hypot(at[0] - x, at[1] - y);
    if (distance <= least) [best, least] = [step, distance];
  }
  return best;
}

/** What the two axes are, in words. */
export function axesInWords({ directions }: Landscape): string {
  return say.axes(say.DIRECTIONS[directions.x], say.DIRECTIONS[directions.y]);
}

export function landscapeSheet(landscape: Landscape): Sheet {
  const { x, y } = landscape;
  const rows = y.flatMap((up, row) =>
    x.map((across, column) => {
      const place = { column, row };
      return [placeName(place), across, up, lossAt(landscape, place)];
    }),
  );
  return { of: say.points, columns: ["point", "x", "y", "loss"], rows };
}

export function spokenAt(landscape: Landscape, place: Place): string {
  const { x, y } = landscape;
  return say.spoken(
    short(x[place.column] ?? NaN),
    short(y[place.row] ?? NaN),
    short(lossAt(landscape, place)),
  );
}
