/** A unit in brief: the last number that was computed of it, and how strongly that tints it. */

import type { Frame, WireNumber } from "../api/types.ts";
import { gradientOf, type Layer, type Net } from "./net.ts";
import { type Address, fromWire, valueAt } from "./numbers.ts";

export interface Brief {
  readonly address: Address;
  readonly value: number | null;
  /** 0 to 1. */
  readonly tint: number;
}

/** The tensors that have a number for each unit of a layer, the last computed first. */
function tensorsOf(net: Net, layer: Layer): string[] {
  const outcome = layer === net.layers.at(-1) ? net.outcome : null;
  const { inner, out } = layer;
  return [gradientOf(net, inner), gradientOf(net, out), outcome, out, inner].filter((name) => name !== null);
}

/** The tensor of which a layer's units show a number: the last that has been computed. */
export function presentTensor(net: Net, layer: Layer, frame: Frame): string {
  return tensorsOf(net, layer).find((name) => frame.tensors[name] != null) ?? layer.out;
}

/**
 * A unit's number of `tensor`. A value is tinted by its share of the example's largest in the layer, or of 1 where that
 * is larger; a gradient by its share of the example's largest in the net, so that it is seen to fade on its way.
 */
export function briefOf(
  net: Net,
  tensor: string,
  frame: Frame,
  [sample, unit]: [sample: number, unit: number],
): Brief {
  const address = { tensor, index: [sample, unit] };
  const value = valueAt(frame, address);
  const size = Math.abs(value ?? 0);
  if (!net.info.get(tensor)?.gradient_of)
    return { address, value, tint: share(size, Math.max(1, largestOf(frame, tensor, sample))) };
  const all = net.layers.flatMap(({ inner, out }) => [gradientOf(net, inner), gradientOf(net, out)]);
  const most = Math.max(...all.map((name) => largestOf(frame, name, sample)));
  return { address, value, tint: Math.sqrt(share(size, most)) };
}

const sizes = new WeakMap<object, number>();

/** The largest finite size among an example's numbers of a tensor. Found once an example, since none changes. */
function largestOf(frame: Frame, name: string | null, sample: number): number {
  const row = (frame.tensors[name ?? ""]?.values as WireNumber[][] | null | undefined)?.[sample];
  if (!row) return 0;
  const known = sizes.get(row);
  if (known !== undefined) return known;
  const most = Math.max(0, ...row.map((value) => Math.abs(fromWire(value))).filter(Number.isFinite));
  sizes.set(row, most);
  return most;
}

function share(size: number, most: number): number {
  if (size === 0 || Number.isNaN(size)) return 0;
  return most > 0 ? Math.min(1, size / most) : 1;
}
