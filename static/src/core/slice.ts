/** The loss along one parameter: which one, the curve, its tangent, and the step taken beside what the slope promised. */

import type { Frame, SliceAnswer } from "../api/types.ts";
import * as say from "../strings/slice.ts";
import { gradientOf, type Net, parameterOf } from "./net.ts";
import { type Address, addressText, element, fromWire, largest } from "./numbers.ts";
import type { Sheet } from "./sheet.ts";

/** A number of a parameter, and why it is this one that is shown. */
export interface Chosen {
  readonly address: Address;
  readonly why: "selected" | "gradient" | "size";
}

/** The parameter's number that is selected, or that belongs to what is; else that of largest gradient; else of size. */
export function chosenWeight(net: Net, frame: Frame, selected: Address | null): Chosen | null {
  const own = selected && parameterOf(net, selected.tensor);
  if (selected && own !== null) return { address: { tensor: own, index: selected.index }, why: "selected" };
  const names = [...net.info.values()].filter(({ role }) => role === "parameter").map(({ name }) => name);
  const byGradient = largestOf(frame, names, (name) => gradientOf(net, name));
  if (byGradient) return { address: byGradient, why: "gradient" };
  const bySize = largestOf(frame, names, (name) => name);
  return bySize && { address: bySize, why: "size" };
}

/** The number of some parameters where what `read` names of them is largest. */
function largestOf(
  frame: Frame,
  names: readonly string[],
  read: (name: string) => string | null,
): Address | null {
  let [best, size] = [null as Address | null, -1];
  for (const tensor of names) {
    const numbers = frame.tensors[read(tensor) ?? ""];
    if (numbers?.values === undefined) continue;
    const index = largest(numbers);
    const found = Math.abs(element(numbers, index) ?? NaN);
    if (found > size) [best, size] = [{ tensor, index }, found];
  }
  return best;
}

export interface Change {
  readonly predicted: number;
  readonly real: number;
}

export interface Slice {
  readonly of: string;
  readonly t: number;
  readonly address: Address;
  readonly values: readonly number[];
  readonly losses: readonly number[];
  /** Where the step began: the parameter's value there, the loss, and the tangent's slope, which is the gradient. */
  readonly value: number;
  readonly loss: number;
  readonly slope: number;
  /** Where the optimizer takes it; null where it is frozen. */
  readonly update:
    (Change & { readonly before: number; readonly after: number; readonly taken: boolean }) | null;
  /** What the step of all parameters does. */
  readonly step: Change;
}

export function readSlice(
  of: string,
  { t, tensor, index, values, losses, tangent, update, step }: SliceAnswer,
): Slice {
  const change = (one: typeof step) => ({ predicted: fromWire(one.predicted), real: fromWire(one.real) });
  return {
    of,
    t,
    address: { tensor, index },
    values: values.map(fromWire),
    losses: losses.map(fromWire),
    value: fromWire(tangent.value),
    loss: fromWire(tangent.loss),
    slope: fromWire(tangent.slope),
    update: update && {
      ...change(update),
      before: fromWire(update.before),
      after: fromWire(update.after),
      taken: update.taken,
    },
    step: change(step),
  };
}

/** The loss that the tangent has at a value. */
export function tangentAt({ value, loss, slope }: Slice, at: number): number {
  return loss + slope * (at - value);
}

/** How far up and down the drawing reaches: over the finite losses, and a little more. */
export function lossRange({ losses, loss, update }: Slice): readonly [low: number, high: number] {
  const all = [...losses, loss, ...(update ? [loss + update.real, loss + update.predicted] : [])];
  const finite = all.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  if (!finite.length) return [0, 1];
  const pad = 0.08 * (high - low) || Math.abs(high) / 10 || 1;
  return [low - pad, high + pad];
}

/** How far to either side a curve has to reach so that the step fills a good part of it. */
export function reachOfStep({ update, value }: Slice, otherwise: number): number {
  const size = Math.abs((update?.after ?? value) - value);
  return size > 0 && Number.isFinite(size) ? 2.5 * size : otherwise;
}

export function sliceSheet(slice: Slice): Sheet {
  const { values, losses, address } = slice;
  return {
    of: say.points,
    columns: ["point", addressText(address), "loss", "tangent"],
    rows: values.map((value, i) => [String(i), value, losses[i] ?? null, tangentAt(slice, value)]),
  };
}
