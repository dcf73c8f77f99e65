/**
 * The rows of a network of one or two inputs as a picture: where each stands, which class it is of, whether it is held
 * out. Places are in shares of the picture's width and height, from its upper left corner.
 */

import type { DataRows, Tensor } from "../api/types.ts";
import * as say from "../strings/scatter.ts";
import { element } from "./numbers.ts";

export interface Dot {
  /** Where it stands: the two inputs, or the only one and the target. */
  readonly at: readonly [number, number];
  /** The index of its class, or its number. */
  readonly target: number;
  readonly held: boolean;
}

/** How far an axis reaches. */
export type Span = readonly [low: number, high: number];
export type Bounds = readonly [across: Span, up: Span];

export interface Cloud {
  readonly inputs: number;
  readonly classes: number | null;
  /** What the classes are called, where they came with names. */
  readonly names: readonly string[] | null;
  readonly dots: readonly Dot[];
  readonly bounds: Bounds;
}

/** More on each side, as a part of it, and the side around a single point: as the server has them for its maps. */
const MARGIN = 0.1;
const SIDE = 2;
export const MOST_INPUTS = 2;

/** The rows of an answer as a picture; null where they have more inputs than a picture, or targets that are no number. */
export function cloudOf(data: DataRows, dots: readonly Dot[] = dotsOf(data)): Cloud | null {
  const { x, y, classes, class_names: names } = data;
  const inputs = x.shape[1] ?? 1;
  if (inputs > MOST_INPUTS || (classes === null && (y.shape[1] ?? 1) > 1)) return null;
  return { inputs, classes, names, dots, bounds: boundsOf(dots) };
}

/** All rows, those that are learned from first. */
export function dotsOf({ x, y, test_x, test_y, classes }: DataRows): Dot[] {
  const learned = rowsOf(x, y, classes, false);
  return test_x && test_y ? [...learned, ...rowsOf(test_x, test_y, classes, true)] : learned;
}

/** The rows of a matrix of inputs, with their targets. */
function rowsOf(x: Tensor, y: Tensor, classes: number | null, held: boolean): Dot[] {
  return Array.from({ length: x.shape[0] ?? 0 }, (_, row) => {
    const target = targetOf(y, row, classes);
    return { at: [element(x, [row, 0]) ?? 0, upOf(x, row, target)], target, held };
  });
}

/** The second input; where there is one only, the target. */
export function upOf(x: Tensor, row: number, target: number): number {
  return (x.shape[1] ?? 1) > 1 ? (element(x, [row, 1]) ?? 0) : target;
}

/** The index of a row's class, or its number, from a target as the loss wants it. */
export function targetOf(y: Tensor, row: number, classes: number | null): number {
  const outputs = y.shape[1];
  if (outputs === undefined) return element(y, [row]) ?? 0;
  const first = element(y, [row, 0]) ?? 0;
  if (classes === null) return first;
  if (outputs === 1) return first > 0 ? 1 : 0;
  return Math.max(0, Array.from({ length: outputs }, (_, i) => element(y, [row, i])).indexOf(1));
}

/** All dots, with the margin; a side along which they are all the same is as long as the other one. */
function boundsOf(dots: readonly Dot[]): Bounds {
  const [across, up] = [spanOf(dots.map(({ at }) => at[0])), spanOf(dots.map(({ at }) => at[1]))];
  const side = Math.max(across[1] - across[0], up[1] - up[0]) || SIDE;
  const wider = ([low, high]: Span): Span => {
    const reach = low < high ? MARGIN * (high - low) : (0.5 + MARGIN) * side;
    return [low - reach, high + reach];
  };
  return [wider(across), wider(up)];
}

function spanOf(values: readonly number[]): Span {
  let [low, high] = [values[0] ?? 0, values[0] ?? 0];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [low, high];
}

/** Where a point stands in the picture. */
export function placeIn([across, up]: Bounds, [x, y]: readonly [number, number]): [number, number] {
  return [(x - across[0]) / (across[1] - across[0]), (up[1] - y) / (up[1] - up[0])];
}

/** The point that stands at a place of the picture. */
export function pointAt([across, up]: Bounds, [x, y]: readonly [number, number]): [number, number] {
  return [across[0] + x * (across[1] - across[0]), up[1] - y * (up[1] - up[0])];
}

/** Which of several places is nearest to one, if any is within `reach`; distances in pixels of a picture of this size. */
export function nearestOf(
  places: readonly (readonly [number, number])[],
  to: readonly [number, number],
  { width, height, reach }: { width: number; height: number; reach: number },
): number | null {
  let [best, least] = [null as number | null, reach];
  places.forEach(([x, y], i) => {
    const distance = Math.hypot((x - to[0]) * width, (y - to[1]) * height);
    if (distance <= least) [best, least] = [i, distance];
  });
  return best;
}

/** The largest size among the targets that are numbers, by which they are tinted. */
export function largestTarget({ dots }: Cloud): number {
  return dots.reduce((most, { target }) => Math.max(most, Math.abs(target)), 0);
}

/** What the picture shows, in words. */
export function cloudInWords({ dots, classes }: Cloud): string {
  const held = dots.filter((dot) => dot.held).length;
  const rows = classes === null ? say.withNumbers(dots.length) : say.inClasses(dots.length, classes);
  return held ? say.heldOut(rows, held) : rows;
}
