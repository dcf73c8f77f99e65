/** The answer of a network over the plane of its two inputs: which of its outputs is shown, and where it changes sides. */

import type { Packed } from "../api/safetensors.ts";
import type { MapsAnswer, Tensor, WireNumber } from "../api/types.ts";
import * as say from "../strings/boundary.ts";
import { mapTensor, type Scale } from "./maps.ts";
import { type Layer, LOSS, type Net } from "./net.ts";
import { fromWire } from "./numbers.ts";
import type { Rows } from "./rows.ts";
import type { Sheet } from "./sheet.ts";

/** Every tensor's numbers are (y, x, unit) in one row, over `x` and `y`, ascending. */
export interface Surface {
  readonly of: string;
  readonly t: number;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly tensors: ReadonlyMap<string, Packed>;
}

/** The layers whose answers are asked for: the last one, and what the loss makes of it. */
export function outputLayers(net: Net): string[] {
  return [net.layers.at(-1)?.name ?? "", ...(net.outcome === null ? [] : [LOSS])];
}

export function readSurface(of: string, { t, x, y, tensors }: MapsAnswer): Surface {
  return { of, t, x, y, tensors: new Map(Object.entries(tensors).map(([name, one]) => [name, packed(one)])) };
}

function packed({ shape, values }: Tensor): Packed {
  const numbers = (values as WireNumber[][][]).flat(2).map(fromWire);
  return { shape, values: Float64Array.from(numbers) };
}

/** The tensor whose answer is drawn. */
export function shownTensor(net: Net): string {
  return mapTensor(net, net.layers.at(-1) as Layer);
}

/** How many outputs there are to choose from. */
export function outputsOf({ tensors }: Surface, tensor: string): number {
  return tensors.get(tensor)?.shape[2] ?? 0;
}

/** The numbers of one output over the plane, row by row from the lowest `y`. */
export function fieldOf({ tensors, x, y }: Surface, tensor: string, unit: number): Float64Array {
  const { shape, values } = tensors.get(tensor) ?? { shape: [], values: [] };
  const units = shape[2] ?? 1;
  return Float64Array.from({ length: x.length * y.length }, (_, i) => values[i * units + unit] ?? NaN);
}

/** What the line is that is drawn: where `field` is 0, and how that is said. */
export interface Border {
  readonly field: Float64Array;
  readonly words: string;
}

/** Where the answer changes sides: of two classes at the middle of the scale, of more where another one is larger. */
export function borderOf(
  surface: Surface,
  tensor: string,
  unit: number,
  scale: Scale,
  rows: Rows | null,
): Border | null {
  const own = fieldOf(surface, tensor, unit);
  const outputs = outputsOf(surface, tensor);
  if (rows?.classes == null) return null;
  if (outputs === 1) {
    const { middle } = scale;
    return { field: own.map((value) => value - middle), words: say.onTheLine(middle) };
  }
  const others = Array.from({ length: outputs }, (_, i) => i).filter((i) => i !== unit);
  const fields = others.map((other) => fieldOf(surface, tensor, other));
  const field = own.map((value, i) => value - Math.max(...fields.map((one) => one[i] ?? NaN)));
  return { field, words: say.insideTheLine };
}

/** A point of the plane, by its place in `x` and in `y`. */
export interface Place {
  readonly column: number;
  readonly row: number;
}

export function placeNear(
  { x, y }: Pick<Surface, "x" | "y">,
  [across, up]: readonly [number, number],
): Place | null {
  const column = indexNear(x, across);
  const row = indexNear(y, up);
  return column === null || row === null ? null : { column, row };
}

/** The place of the nearest of evenly spaced numbers; null beyond their ends. */
function indexNear(places: readonly number[], at: number): number | null {
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const index = Math.round(((at - first) / (last - first)) * (places.length - 1));
  return index >= 0 && index < places.length ? index : null;
}

/** The answers at a point: of every tensor all outputs. */
export function answersAt(
  { tensors, x }: Surface,
  { column, row }: Place,
): { name: string; value: number }[] {
  return [...tensors].flatMap(([tensor, { shape, values }]) => {
    const units = shape[2] ?? 1;
    const first = (row * x.length + column) * units;
    return Array.from({ length: units }, (_, unit) => ({
      name: columnName(tensor, unit, units),
      value: values[first + unit] ?? NaN,
    }));
  });
}

function columnName(tensor: string, unit: number, units: number): string {
  return units === 1 ? tensor : `${tensor}[${unit}]`;
}

/** All points with their answers, a row each, called by their places. */
export function surfaceSheet(surface: Surface): Sheet {
  const { x, y } = surface;
  const names = answersAt(surface, { column: 0, row: 0 }).map(({ name }) => name);
  const rows = y.flatMap((up, row) =>
    x.map((across, column) => [
      placeName({ column, row }),
      across,
      up,
      ...answersAt(surface, { column, row }).map(({ value }) => value),
    ]),
  );
  return { of: say.points, columns: ["point", "x0", "x1", ...names], rows };
}

export function placeName({ column, row }: Place): string {
  return `${column},${row}`;
}
