/**
 * From how far a hand has moved to the number that it means. A pixel is a tenth of the step that fits the number's
 * size, so that a hundred of them take a weight from 0.2 to 1.2, and what is reached is always a round number.
 */

import * as say from "../strings/drag.ts";
import { short } from "./numbers.ts";

/** Between which numbers a number must stay; `above` and `below` are not reached themselves. */
export interface Limits {
  readonly minimum?: number | null | undefined;
  readonly maximum?: number | null | undefined;
  readonly above?: number | null | undefined;
  readonly below?: number | null | undefined;
}

/** What values a number can have. `grid`: only those so far apart, from the minimum on; `least`: the smallest step. */
export interface Scale extends Limits {
  readonly grid?: number;
  readonly least?: number;
}

export type Pace = "fine" | "plain" | "coarse";

/** A drag under way: where the hand is, and from where and what it is measured. */
export interface Drag {
  readonly scale: Scale;
  readonly pace: Pace;
  readonly start: number;
  readonly origin: number;
  readonly at: number;
  readonly value: number;
}

const PACES = { fine: 0.1, plain: 1, coarse: 10 } as const;
const PARTS = 10;
/** Pixels from one value of a grid to the next. */
const APART = 20;
const MOST_UNITS = 2000;

/** What one press of an arrow key changes: one of the digit that the number begins with. */
export function stepOf(value: number, { grid, least = 0, below }: Scale = {}): number {
  if (grid) return grid;
  const room = below == null ? Infinity : decade(tidy(below - value));
  return Math.max(least, Math.min(decade(Math.abs(value)) || 0.1, room || Infinity));
}

/** The power of ten that a number begins with; 0 for what has none. */
function decade(size: number): number {
  return size > 0 && Number.isFinite(size) ? 10 ** Math.floor(Math.log10(size)) : 0;
}

export function begun(value: number, scale: Scale, at: number): Drag {
  return { scale, pace: "plain", start: value, origin: at, at, value };
}

/** The drag after the hand has moved to `at`. With another pace it goes on from the value that it has. */
export function moved(drag: Drag, at: number, pace: Pace): Drag {
  const from = pace === drag.pace ? drag : { ...drag, pace, start: drag.value, origin: drag.at };
  return { ...from, at, value: dragged(from.start, at - from.origin, from.scale, pace) };
}

/** The value so many pixels from `start`. */
export function dragged(start: number, pixels: number, scale: Scale, pace: Pace): number {
  const { grid } = scale;
  const units = Math.round(grid ? pixels / APART : pixels);
  if (units === 0) return start;
  if (grid) return kept(tidy(start + units * grid), scale, grid);
  const unit = (value: number) => tidy((stepOf(value, scale) / PARTS) * PACES[pace]);
  const value = start > 0 && neverEnds(scale) ? walked(start, units, unit) : next(start, units, unit(start));
  return kept(value, scale, unit(start));
}

/** Whether it is a size, such as a rate: then it goes on to the next power of ten, and never gets to 0. */
function neverEnds({ minimum, above, maximum, below }: Scale): boolean {
  return (minimum === 0 || above === 0) && maximum == null && below == null;
}

/** So many round numbers on from `start`. */
function next(start: number, units: number, unit: number): number {
  const place = tidy(start / unit);
  return tidy(((units > 0 ? Math.floor(place) : Math.ceil(place)) + units) * unit);
}

/** The same with the unit of each number on the way. */
function walked(start: number, units: number, unitOf: (value: number) => number): number {
  let value = start;
  for (let i = 0; i < Math.min(Math.abs(units), MOST_UNITS); i++) {
    const lowest = units < 0 && tidy(value / decade(value)) === 1;
    const following = next(value, Math.sign(units), unitOf(value) / (lowest ? 10 : 1));
    if (!(following > 0) || !Number.isFinite(following)) break;
    value = following;
  }
  return value;
}

/** The nearest value within the limits. */
function kept(value: number, { minimum, maximum, above, below }: Scale, unit: number): number {
  const least = minimum ?? (above == null ? -Infinity : next(above, 1, unit));
  const most = maximum ?? (below == null ? Infinity : next(below, -1, unit));
  return Math.min(most, Math.max(least, value));
}

/** A number without the dust of binary fractions. */
function tidy(value: number): number {
  return Number(value.toPrecision(12)) + 0;
}

/** Why a number cannot be taken, in words; null where it can. */
export function unfit(value: number, scale: Scale): string | null {
  const { minimum, maximum, above, below, grid } = scale;
  const inside =
    (minimum == null || value >= minimum) &&
    (maximum == null || value <= maximum) &&
    (above == null || value > above) &&
    (below == null || value < below);
  const round = !grid || Number.isInteger((value - (minimum ?? 0)) / grid);
  return inside && round ? null : say.expected(wanted(scale));
}

function wanted({ minimum, maximum, above, below, grid }: Scale): string {
  const kind = grid ? say.whole : say.any;
  if (minimum != null && maximum != null)
    return maximum - minimum === grid
      ? say.either(short(minimum), short(maximum))
      : say.between(kind, short(minimum), short(maximum));
  const limits = [
    minimum == null ? "" : say.atLeast(short(minimum)),
    above == null ? "" : say.above(short(above)),
    maximum == null ? "" : say.atMost(short(maximum)),
    below == null ? "" : say.below(short(below)),
  ].filter(Boolean);
  return limits.length ? say.within(kind, limits) : kind;
}
