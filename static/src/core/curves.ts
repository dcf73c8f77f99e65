/**
 * The curves of a run as they are drawn: which belong into which chart, what their axes say, where a pointer leads,
 * what they are as a table. What a scale has no place for (NaN, an infinity, 0 on a log scale) is a gap and a word.
 */

import { scaleLinear } from "d3-scale";

import type { Head, Metrics, Phase, ScheduledTick } from "../api/types.ts";
import * as say from "../strings/curves.ts";
import { fromWire, short } from "./numbers.ts";
import type { Sheet } from "./sheet.ts";

/** `values[i]` after `steps[i]` finished steps; steps ascend. */
export interface Curve {
  readonly name: string;
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** Curves over one another on one pair of axes. */
export interface Plot {
  readonly title: string;
  readonly log: boolean;
  /** What the axis reaches at least. */
  readonly bounds: readonly number[];
  /** How far the run has come: plots beside one another reach equally far. */
  readonly last: number;
  /** All steps at which some line has a point, ascending. */
  readonly steps: readonly number[];
  readonly lines: readonly Line[];
}

export interface Line extends Curve {
  /** What it is called at its end. */
  readonly label: string;
  readonly kind: "step" | "train" | "test" | "layer";
  /** 0 to 1: from the lightest shade of ink to the darkest. */
  readonly shade: number;
}

const NORM = "gradient_norm.";
const PER_EPOCH = /^(train|test)_(loss|accuracy)$/;

/** Whether a curve is the norm of a layer's gradient. */
export function isNorm(name: string): boolean {
  return name.startsWith(NORM);
}

export function readCurves(series: Metrics["series"]): Curve[] {
  return Object.entries(series).map(([name, { steps, values }]) => ({
    name,
    steps,
    values: values.map(fromWire),
  }));
}

/** The loss, and beside it the accuracy where there is one. `log` is the scale of the loss. */
export function lossPlots(series: readonly Curve[], log = false): Plot[] {
  const epochwise = (what: string) =>
    series.flatMap((curve): Line[] => {
      const [, part, kind] = PER_EPOCH.exec(curve.name) ?? [];
      if (kind !== what || (part !== "train" && part !== "test")) return [];
      return [{ ...curve, label: say.CURVES[part], kind: part, shade: part === "train" ? 1 : 0 }];
    });
  const stepwise = series
    .filter(({ name }) => !PER_EPOCH.test(name))
    .map((curve): Line => ({ ...curve, label: say.CURVES.batch, kind: "step", shade: 1 }));
  const last = lastStep(series);
  return [
    ...plot(log ? say.lossOnLogScale : say.loss, [...stepwise, ...epochwise("loss")], { log, last }),
    ...plot(say.accuracy, epochwise("accuracy"), { last, bounds: [0, 1] }),
  ];
}

/** The norms of all layers' gradients. */
export function normPlots(series: readonly Curve[]): Plot[] {
  return layerPlots(say.gradientNorms, series, { log: true });
}

/** A curve for each layer, which its name ends with. */
export function layerPlots(
  title: string,
  series: readonly Curve[],
  { log, bounds = [] }: { log: boolean; bounds?: readonly number[] },
): Plot[] {
  const darkest = series.length - 1;
  const lines = series.map((curve, i): Line => ({
    ...curve,
    label: curve.name.slice(curve.name.indexOf(".") + 1),
    kind: "layer",
    shade: darkest ? i / darkest : 1,
  }));
  return plot(title, lines, { log, bounds, last: lastStep(series) });
}

function lastStep(series: readonly Curve[]): number {
  return Math.max(1, ...series.map(({ steps }) => steps.at(-1) ?? 0));
}

function plot(
  title: string,
  lines: readonly Line[],
  { log = false, last, bounds = [] }: { log?: boolean; last: number; bounds?: readonly number[] },
): Plot[] {
  return lines.length ? [{ title, log, bounds, last, steps: allSteps(lines), lines }] : [];
}

/** Where a value stands on a plot's upright axis; null where the scale has no place for it. */
export function height({ log }: Plot, value: number): number | null {
  const place = log ? Math.log10(value) : value;
  return Number.isFinite(place) ? place : null;
}

/** All steps at which some curve has a point, ascending. */
function allSteps(curves: readonly Curve[]): number[] {
  return [...new Set(curves.flatMap(({ steps }) => steps))].sort((a, b) => a - b);
}

/** Where a height stands on its axis, from 0 to 1. Halved first, because a difference of two numbers can be too large. */
export function share({ low, high }: Axis, at: number): number {
  return (at / 2 - low / 2) / (high / 2 - low / 2);
}

/** A place on the axis for each line and step: 0 to 1, null for a gap, undefined where the line has no point. */
export type Column = (number | null | undefined)[];

export function aligned(plot: Plot, axis: Axis): Column[] {
  const place = new Map(plot.steps.map((step, i) => [step, i]));
  return plot.lines.map((line) => {
    const column: Column = new Array<undefined>(plot.steps.length).fill(undefined);
    line.steps.forEach((step, i) => {
      const at = height(plot, line.values[i] ?? NaN);
      column[place.get(step) ?? 0] = at === null ? null : share(axis, at);
    });
    return column;
  });
}

/** A point that the scale has no place for: it is marked at an edge, and said at the first of a row of them. */
export interface Mark {
  readonly line: number;
  readonly step: number;
  readonly word: string;
  readonly edge: "top" | "bottom";
  readonly first: boolean;
}

export function marks(plot: Plot): Mark[] {
  return plot.lines.flatMap(({ steps, values }, line) => {
    let before = "";
    return steps.flatMap((step, i): Mark[] => {
      const value = values[i] ?? NaN;
      const word = height(plot, value) === null ? short(value) : "";
      const first = word !== before;
      before = word;
      return word ? [{ line, step, word, first, edge: value <= 0 ? "bottom" : "top" }] : [];
    });
  });
}

export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

/** The upright axis of a plot, with about `count` ticks. */
export function axis(plot: Plot, count: number): Axis {
  let low = Infinity;
  let high = -Infinity;
  const reach = (at: number | null) => {
    if (at === null) return;
    low = Math.min(low, at);
    high = Math.max(high, at);
  };
  plot.bounds.forEach(reach);
  for (const { values } of plot.lines) for (const value of values) reach(height(plot, value));
  if (low > high) [low, high] = [0, 1];
  return plot.log ? decades(low, high, count) : evenly(low, high, count);
}

function evenly(low: number, high: number, count: number): Axis {
  const pad = low === high ? Math.abs(low) / 10 || 1 : 0;
  const scale = scaleLinear()
    .domain([low - pad, high + pad])
    .nice(count);
  const [from = low, to = high] = scale.domain();
  const ticks = scale.ticks(count);
  if (!Number.isFinite(to - from) || !ticks.length)
    return { low, high, ticks: [low, high].map((at) => ({ at, text: short(at) })) };
  return { low: from, high: to, ticks: ticks.map((at) => ({ at, text: short(at) })) };
}

/** How many powers of ten may lie between two ticks. */
const STRIDES = [1, 2, 3, 5, 10, 20, 50, 100];

/** Powers of ten, every one or as many as there is room for; where there are few, 2 and 5 between them. */
function decades(lowest: number, highest: number, count: number): Axis {
  const low = Math.floor(lowest);
  const high = Math.max(low + 1, Math.ceil(highest));
  const every = STRIDES.find((stride) => (high - low) / stride <= count) ?? 200;
  const between = (high - low) * 3 <= count ? [1, 2, 5] : [1];
  const ticks = [];
  for (let power = Math.ceil(low / every) * every; power <= high; power += every)
    for (const digit of between) {
      const value = Number(`${digit}e${power}`);
      const at = Math.log10(value);
      if (at <= high && value > 0) ticks.push({ at, text: short(value) });
    }
  return { low, high, ticks };
}

/** Whole numbers of steps from 0 to `last`, about `count` of them. */
export function stepTicks(last: number, count: number): number[] {
  return scaleLinear().domain([0, last]).ticks(count).filter(Number.isInteger);
}

/** Where in an ascending row of steps the one nearest to `x` stands; of two that are as near the earlier. -1: none. */
export function nearest(steps: readonly number[], x: number): number {
  let low = 0;
  let high = steps.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((steps[middle] ?? 0) <= x) low = middle;
    else high = middle;
  }
  return low < high && (steps[high] ?? 0) - x < x - (steps[low] ?? 0) ? high : low + Math.min(0, high);
}

/** Whether a line has points at epochs' ends only. */
export function ofEpochs({ kind }: Line): boolean {
  return kind === "train" || kind === "test";
}

/**
 * The point that says what a line has at a step: its own; of epochs the last that had ended; of a run too long to be
 * drawn step by step the nearest that is drawn. Null where the run has not computed it.
 */
export function pointAt(line: Line, step: number): { step: number; value: number } | null {
  const { steps, values } = line;
  const near = nearest(steps, step);
  const i = ofEpochs(line) && (steps[near] ?? 0) > step ? near - 1 : near;
  const [at, value] = [steps[i], values[i]];
  const computed = ofEpochs(line) || ((steps[0] ?? Infinity) <= step && step <= (steps.at(-1) ?? -1));
  return at === undefined || value === undefined || !computed ? null : { step: at, value };
}

/** More layers than this are not told one by one. */
const MOST_TOLD = 6;

/** A line that is told, and whether it has the least or the most of all. */
export interface Told {
  readonly line: Line;
  readonly mark: "least" | "most" | null;
}

/** Which of a step's lines are told: all of few; of many layers the first, the last, and those with the least and most. */
export function toldOf(lines: readonly Line[], step: number): Told[] {
  const plain = lines.map((line): Told => ({ line, mark: null }));
  if (lines.length <= MOST_TOLD || lines.some(({ kind }) => kind !== "layer")) return plain;
  const size = ({ line }: Told) => Math.abs(pointAt(line, step)?.value ?? NaN);
  const known = plain.filter((one) => !Number.isNaN(size(one)));
  const bySize = known.toSorted((a, b) => size(a) - size(b));
  const [least, most] = [bySize[0], bySize.at(-1)];
  const apart = least && most && size(least) < size(most);
  return plain.flatMap((one, i): Told[] => {
    if (apart && one === least) return [{ ...one, mark: "least" }];
    if (apart && one === most) return [{ ...one, mark: "most" }];
    return i === 0 || i === lines.length - 1 ? [one] : [];
  });
}

/**
 * The moment that a step's point leads to: when its number has just come to be, after the last tick of the `phase` that
 * makes it; or as far as the session has run.
 */
export function momentOf(
  schedule: readonly ScheduledTick[],
  head: Pick<Head, "t">,
  phase: Phase,
  step: number,
): number {
  const last = schedule.findLastIndex((tick) => tick.phase === phase);
  return Math.min(step * schedule.length + last + 1, head.t);
}

/** Names at the ends of lines: heights in [low, high] at least `gap` apart, near those wanted; null: no room. */
export function spread(wanted: readonly number[], gap: number, low: number, high: number): (number | null)[] {
  const order = wanted.map((_, i) => i).sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const room = Math.max(1, Math.floor((high - low) / gap) + 1);
  const chosen =
    order.length <= room
      ? order
      : Array.from({ length: room }, (_, i) => order[Math.round((i * (order.length - 1)) / (room - 1 || 1))]);
  const places = chosen.map((i) => Math.min(high, Math.max(low, wanted[i ?? 0] ?? low)));
  for (let i = 1; i < places.length; i++) places[i] = Math.max(places[i] ?? 0, (places[i - 1] ?? 0) + gap);
  let below = high + gap;
  for (let i = places.length - 1; i >= 0; i--) below = places[i] = Math.min(places[i] ?? 0, below - gap);
  const found = wanted.map((): number | null => null);
  chosen.forEach((i, n) => (found[i ?? 0] = places[n] ?? null));
  return found;
}

/** The curves as rows over all steps; null where a curve has no point. */
export function sheetOf(curves: readonly Curve[]): Sheet {
  const found = new Map(allSteps(curves).map((step) => [step, curves.map((): number | null => null)]));
  curves.forEach(({ steps, values }, c) =>
    steps.forEach((step, i) => {
      const row = found.get(step);
      if (row) row[c] = values[i] ?? null;
    }),
  );
  return {
    of: say.steps,
    columns: ["step", ...curves.map(({ name }) => name)],
    rows: [...found].map(([step, values]) => [step, ...values]),
  };
}
