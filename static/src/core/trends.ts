/** Steps of a run beside one another: what layers did as curves, and a tensor's histograms as a picture of columns. */

import type { HistogramsAnswer, TrendsAnswer } from "../api/types.ts";
import * as curves from "../strings/curves.ts";
import * as say from "../strings/trends.ts";
import { type Curve, layerPlots, type Plot } from "./curves.ts";
import { fromWire } from "./numbers.ts";
import type { Sheet } from "./sheet.ts";

/** What is looked back at of layers: the server's name for it, and how it is drawn. */
const TRENDS = {
  update_ratio: { log: true, bounds: [] },
  saturated: { log: false, bounds: [0, 1] },
  dead: { log: false, bounds: [0, 1] },
  mean_slope: { log: false, bounds: [0] },
} as const;

export type Trend = keyof typeof TRENDS;

/** A curve for each layer that has such a number; steps in which it has none are left out. */
export function trendCurves({ steps, layers }: TrendsAnswer, name: string): Curve[] {
  return layers.flatMap((layer): Curve[] => {
    const all = layer[name as Trend] ?? [];
    const points = all.flatMap((value, i) =>
      value === null ? [] : [[steps[i] ?? 0, fromWire(value)] as const],
    );
    if (!points.length) return [];
    return [
      {
        name: `${name}.${layer.layer}`,
        steps: points.map(([step]) => step),
        values: points.map(([, v]) => v),
      },
    ];
  });
}

export function trendPlots(name: Trend): (series: readonly Curve[]) => Plot[] {
  const { log, bounds } = TRENDS[name];
  return (series) => layerPlots(say.TITLES[name], series, { log, bounds });
}

/** A tensor's histograms over time: one column a step, one row a bin. */
export interface Columns {
  readonly tensor: string;
  readonly steps: readonly number[];
  readonly edges: readonly number[];
  readonly counts: readonly (readonly number[])[];
  readonly zeros: readonly number[];
  readonly nonfinite: readonly number[];
}

export function readColumns({ edges, ...rest }: HistogramsAnswer): Columns {
  return { ...rest, edges: edges.map(fromWire) };
}

/** From where to where the column of a step reaches: half way to its neighbours, of which one may be far. */
export function reach(steps: readonly number[], i: number): readonly [number, number] {
  const [before, at = 0, after] = [steps[i - 1], steps[i], steps[i + 1]];
  const [left, right] = [before === undefined ? null : at - before, after === undefined ? null : after - at];
  const most = 2 * Math.min(left ?? Infinity, right ?? Infinity);
  const half = (gap: number | null, other: number | null) => Math.min(gap ?? other ?? 1, most) / 2;
  return [at - half(left, right), at + half(right, left)];
}

/** How many numbers the fullest bin of all steps has. */
export function fullest({ counts }: Columns): number {
  return Math.max(1, ...counts.map((column) => Math.max(0, ...column)));
}

/** The lowest and the highest bin that a step has a number in, as the range they span; null where it has none. */
export function rangeAt({ edges, counts }: Columns, i: number): readonly [number, number] | null {
  const column = counts[i] ?? [];
  const [first, last] = [column.findIndex(Boolean), column.findLastIndex(Boolean)];
  return first < 0 ? null : [edges[first] ?? NaN, edges[last + 1] ?? NaN];
}

export function columnsSheet({ steps, edges, counts, zeros, nonfinite }: Columns): Sheet {
  const bins = edges.slice(1).map((high, j) => say.bin(edges[j] ?? NaN, high));
  return {
    of: curves.steps,
    columns: ["step", "zeros", "nonfinite", ...bins],
    rows: steps.map((step, i) => [step, zeros[i] ?? null, nonfinite[i] ?? null, ...(counts[i] ?? [])]),
  };
}
