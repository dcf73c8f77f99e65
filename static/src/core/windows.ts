/**
 * Of a tensor that is too large to come whole a frame has a summary. What the page shows of it is asked for: the row of
 * the example that is shown, and what leads into the selected number's unit and out of it.
 */

import type { Frame, Tensor, WireNumber } from "../api/types.ts";
import { batched, layerOf, type Net, unitOf } from "./net.ts";
import { type Address, placeOf } from "./numbers.ts";

/** One row of a tensor, or one column. */
export interface Window {
  readonly tensor: string;
  readonly axis: "rows" | "cols";
  readonly at: number;
}

/** What is to be asked for, of what is computed and not known yet. */
export function windowsFor(net: Net, frame: Frame, selected: Address | null, sample: number): Window[] {
  const unit = selected && unitOf(net, selected);
  return Object.entries(frame.tensors).flatMap(([tensor, one]): Window[] => {
    if (!one?.summary) return [];
    const layer = net.info.get(tensor)?.layer ?? "";
    const window = (axis: Window["axis"], at: number) =>
      isKnown(one, axis, at) ? [] : [{ tensor, axis, at }];
    if (batched(net, tensor)) return window("rows", sample);
    if (!unit || one.shape.length !== 2) return [];
    if (layer === unit.layer) return window("rows", unit.unit);
    return layerOf(net, layer)?.source === unit.layer ? window("cols", unit.unit) : [];
  });
}

function isKnown({ shape, known }: Tensor, axis: Window["axis"], at: number): boolean {
  const first = axis === "rows" ? [at, 0] : [0, at];
  return known?.has(placeOf(shape, first)) ?? false;
}

/** The tensor with the numbers of a window, which come as rows of numbers. */
export function withWindow(
  tensor: Tensor,
  { axis, at }: Window,
  values: readonly (readonly WireNumber[])[],
): Tensor {
  const known = new Map(tensor.known);
  values.forEach((row, i) =>
    row.forEach((value, j) => known.set(placeOf(tensor.shape, axis === "rows" ? [at, j] : [i, at]), value)),
  );
  return { ...tensor, known };
}
