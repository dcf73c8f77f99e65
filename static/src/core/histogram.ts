/** How the numbers of a tensor are spread: how many lie where, from where to where, how many are exactly zero. */

import { scaleLinear } from "d3-scale";

import type { Frame, Tensor } from "../api/types.ts";
import * as say from "../strings/histogram.ts";
import { gradientOf, type Layer, type Net } from "./net.ts";
import { elements, sizeOf } from "./numbers.ts";
import type { Sheet } from "./sheet.ts";

export type Part = "weights" | "bias";

/** How many bars there are about: a bar's ends are round numbers, and 0 is one of them. */
const BARS = 24;

export interface Bar {
  readonly low: number;
  readonly high: number;
  readonly count: number;
}

export interface Spread {
  readonly count: number;
  /** Of the finite numbers; NaN where there is none. */
  readonly min: number;
  readonly max: number;
  /** How many are exactly zero, which no bar counts; null where only the ends of a large tensor are known. */
  readonly zeros: number | null;
  readonly nonfinite: number;
  readonly bars: readonly Bar[];
}

/** A tensor by its name; `spread` is null while it is not computed. */
export interface Histogram {
  readonly tensor: string;
  readonly spread: Spread | null;
}

/** Of each layer that has such a parameter, the parameter and its gradient. */
export function histogramsOf(net: Net, frame: Frame, part: Part): Histogram[] {
  const one = (tensor: string | null): Histogram[] =>
    tensor === null ? [] : [{ tensor, spread: spreadOf(frame.tensors[tensor]) }];
  return net.layers.flatMap((layer: Layer) => {
    const own = layer[part];
    return own === null ? [] : [...one(own), ...one(gradientOf(net, own))];
  });
}

const known = new WeakMap<Tensor, Spread>();

/** Found once a tensor, since none changes. */
export function spreadOf(tensor: Tensor | null | undefined): Spread | null {
  if (!tensor) return null;
  const found = known.get(tensor) ?? (tensor.values === undefined ? summed(tensor) : counted(tensor));
  if (found) known.set(tensor, found);
  return found;
}

/** What the summary of a tensor says that is too large to come whole. */
function summed({ shape, summary }: Tensor): Spread | null {
  if (!summary) return null;
  const count = sizeOf(shape);
  const { min, max, nonfinite } = summary;
  return { count, min: min ?? NaN, max: max ?? NaN, zeros: null, nonfinite, bars: [] };
}

function counted(tensor: Tensor): Spread {
  let [count, zeros, nonfinite, min, max] = [0, 0, 0, Infinity, -Infinity];
  const counts: number[] = [];
  for (const { value } of elements(tensor)) {
    count++;
    if (!Number.isFinite(value)) {
      nonfinite++;
      continue;
    }
    min = Math.min(min, value);
    max = Math.max(max, value);
    if (value === 0) zeros++;
    else counts.push(value);
  }
  if (min > max) return { count, min: NaN, max: NaN, zeros, nonfinite, bars: [] };
  return { count, min, max, zeros, nonfinite, bars: barsOf(counts, min, max) };
}

function barsOf(values: readonly number[], min: number, max: number): Bar[] {
  const pad = min === max ? Math.abs(min) / 10 || 1 : 0;
  const scale = scaleLinear()
    .domain([min - pad, max + pad])
    .nice(BARS);
  const edges = scale.ticks(BARS);
  const [first = 0, second = 1] = edges;
  const width = second - first;
  if (!(width > 0) || !Number.isFinite(width)) return [{ low: min, high: max, count: values.length }];
  const counts = edges.slice(1).map(() => 0);
  for (const value of values) {
    let i = Math.max(0, Math.min(counts.length - 1, Math.floor((value - first) / width)));
    // A quotient is rounded: what decides is on which side of the edge the number lies.
    if (value < (edges[i] ?? -Infinity)) i--;
    else if (value >= (edges[i + 1] ?? Infinity) && i < counts.length - 1) i++;
    counts[i] = (counts[i] ?? 0) + 1;
  }
  return counts.map((count, i) => ({ low: edges[i] ?? 0, high: edges[i + 1] ?? 0, count }));
}

/** How many the highest bar has, the one of zeros among them. */
export function highest({ bars, zeros }: Spread): number {
  return Math.max(1, zeros ?? 0, ...bars.map(({ count }) => count));
}

/** All bars as rows, those at zero and what is no number too. */
export function histogramSheet(histograms: readonly Histogram[]): Sheet {
  const rows = histograms.flatMap(({ tensor, spread }) => {
    if (!spread) return [];
    const { bars, zeros, nonfinite } = spread;
    return [
      ...bars.map(({ low, high, count }, i) => [`${tensor} ${i}`, low, high, count]),
      [say.zero(tensor), 0, 0, zeros],
      ...(nonfinite ? [[say.notFinite(tensor), null, null, nonfinite]] : []),
    ];
  });
  return { of: say.bars, columns: ["bar", "from", "to", "numbers"], rows };
}
