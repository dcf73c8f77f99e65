/**
 * What the units of a network with two inputs answer over the plane of these: of which tensor a unit's picture is,
 * when there is another one, and in which shade of the scale each of its points is.
 */

import type { Packed } from "../api/safetensors.ts";
import type { ScheduledTick } from "../api/types.ts";
import { INPUT, inputsOf, type Layer, type Net } from "./net.ts";
import { short } from "./numbers.ts";

/** The pictures of a moment: of each layer's tensor the numbers (y, x, unit) over the points `x` and `y`, ascending. */
export interface Maps {
  /** The session that was asked. */
  readonly of: string;
  readonly t: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly tensors: Readonly<Record<string, Packed>>;
}

/** What is shown in paper: `middle`; what is shown in full colour: that plus and minus `reach`. */
export interface Scale {
  readonly middle: number;
  readonly reach: number;
}

/** How many shades a scale has, the darkest of either sign at its ends; after them stands what is no number. */
export const SHADES = 255;
export const NO_NUMBER = SHADES;

/** Whether the inputs of a network are a plane. */
export function isPlane(net: Net): boolean {
  return inputsOf(net) === 2;
}

/**
 * The moment whose pictures are those of `t`: pictures change with the parameters only, so that of a step up to its
 * first update those of its beginning stand.
 */
export function momentOfMaps(schedule: readonly ScheduledTick[], t: number): number {
  const tick = t % schedule.length;
  const first = schedule.findIndex(({ phase }) => phase === "update");
  return first < 0 || tick <= first ? t - tick : t;
}

/** The tensor that a layer's pictures are of: what it hands on, or what the loss makes of it. */
export function mapTensor(net: Net, layer: Layer): string {
  return layer === net.layers.at(-1) && net.outcome !== null ? net.outcome : layer.out;
}

/** How many columns of probabilities are told apart by their sign about a half; of more each goes from 0 to 1. */
const TWO = 2;

/**
 * The scale of a layer's pictures. Of probabilities it is fixed. Of an output that says one of two targets the middle
 * lies between these; else it is 0, and full colour is the largest number of the layer (or twice what is typical of it),
 * and at least 1.
 */
export function scaleOf(
  net: Net,
  layer: Layer,
  maps: Maps,
  targets: readonly [number, number] | null,
): Scale {
  const known = scales.get(maps) ?? new Map<string, Scale>();
  scales.set(maps, known);
  const key = `${layer.name} ${targets?.join() ?? ""}`;
  const scale = known.get(key) ?? measured(net, layer, maps, targets);
  known.set(key, scale);
  return scale;
}

/** Found once for the pictures of a moment, since none changes. */
const scales = new WeakMap<Maps, Map<string, Scale>>();

function measured(net: Net, layer: Layer, maps: Maps, targets: readonly [number, number] | null): Scale {
  const last = layer === net.layers.at(-1);
  const columns = net.info.get(net.outcome ?? "")?.shape[1];
  if (last && columns) return columns > TWO ? { middle: 0, reach: 1 } : { middle: 0.5, reach: 0.5 };
  if (layer.name === INPUT) return { middle: 0, reach: largest([...maps.x, ...maps.y], 0) || 1 };
  const [low, high] = (last && targets) || [-1, 1];
  const middle = (low + high) / 2;
  const values = maps.tensors[layer.out]?.values ?? [];
  const found = Math.min(largest(values, middle), 2 * typical(values, middle));
  return { middle, reach: Math.max((high - low) / 2, found) };
}

/** How far numbers are from the middle in the square mean: a few that are much farther leave the others their hue. */
function typical(values: ArrayLike<number>, middle: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const square = ((values[i] ?? NaN) - middle) ** 2;
    if (square < Infinity) [sum, count] = [sum + square, count + 1];
  }
  return Math.sqrt(sum / Math.max(1, count));
}

/** How far the pictures of a layer reach, where that is not to 1: `±3.2`. */
export function reachText({ middle, reach }: Scale): string {
  const digits = Number(reach.toPrecision(2));
  return middle === 0 && digits !== 1 ? `±${short(digits)}` : "";
}

function largest(values: ArrayLike<number>, middle: number): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) {
    const size = Math.abs((values[i] ?? 0) - middle);
    if (size > most && size < Infinity) most = size;
  }
  return most;
}

/** The shade of each point of one unit's picture, row by row from the upper left: the largest `y` stands above. */
export function shadesOf({ shape, values }: Packed, unit: number, scale: Scale): Uint8Array {
  const [rows = 0, columns = 0, units = 1] = shape;
  return shaded(
    rows,
    columns,
    scale,
    (row, column) => values[(row * columns + column) * units + unit] ?? NaN,
  );
}

/** The shades of an input's own picture: its coordinate. */
export function inputShades({ x, y }: Maps, unit: number, scale: Scale): Uint8Array {
  return shaded(y.length, x.length, scale, (row, column) => (unit ? y[row] : x[column]) ?? NaN);
}

function shaded(
  rows: number,
  columns: number,
  { middle, reach }: Scale,
  at: (row: number, column: number) => number,
): Uint8Array {
  const shades = new Uint8Array(rows * columns);
  const half = (SHADES - 1) / 2;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const share = Math.max(-1, Math.min(1, (at(row, column) - middle) / reach));
      const place = (rows - 1 - row) * columns + column;
      shades[place] = Number.isNaN(share) ? NO_NUMBER : Math.round(half + half * share);
    }
  return shades;
}
