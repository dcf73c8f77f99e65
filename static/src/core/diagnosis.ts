/** What ails the network, as the server finds it: which step it is asked about, how it is said, what a cure brought. */

import type { DiagnosisAnswer, Finding, Metrics, ScheduledTick, WireNumber } from "../api/types.ts";
import * as say from "../strings/diagnosis.ts";
import { type Curve, type Line, type Plot, readCurves } from "./curves.ts";
import { LOSS } from "./net.ts";
import { fromWire } from "./numbers.ts";
import type { Cell, Sheet } from "./sheet.ts";

/** Findings of one step of a session. */
export interface Diagnosis {
  readonly of: string;
  readonly step: number;
  readonly findings: readonly Finding[];
  readonly layers: DiagnosisAnswer["layers"];
}

/** A session that was made to try what a finding proposes, and the one in which it was found. */
export interface Trial {
  readonly id: string;
  readonly of: string;
  readonly code: string;
  readonly layer: string;
  /** What it changes, in words. */
  readonly cure: string;
  /** Whether both lose by the same loss, so that their numbers compare. */
  readonly comparable: boolean;
}

export function readDiagnosis(of: string, { step, findings, layers }: DiagnosisAnswer): Diagnosis {
  return { of, step, findings, layers };
}

/** The step that is looked at: the one under way at `t`, or that has just ended. Each of its moments has one diagnosis. */
export function diagnosedStep(schedule: readonly ScheduledTick[], t: number): number {
  return Math.floor(Math.max(0, t - 1) / (schedule.length || 1));
}

export function findingsOf(diagnosis: Diagnosis | null, layer: string): readonly Finding[] {
  return diagnosis?.findings.filter((one) => one.layer === layer) ?? [];
}

/** The same trouble of several layers, which one cure is for. */
export type Group = readonly [Finding, ...Finding[]];

/** Findings that are the same trouble and have the same cure, put together. */
export function groupsOf(diagnosis: Diagnosis | null): Group[] {
  const groups = new Map<string, Group>();
  for (const finding of diagnosis?.findings ?? []) {
    const key = JSON.stringify([finding.code, finding.cure, finding.fix]);
    groups.set(key, [...(groups.get(key) ?? []), finding] as unknown as Group);
  }
  return [...groups.values()];
}

/** The names of some layers of all, in their order; of more than two that follow on one another the first and the last. */
export function rangesText(names: readonly string[], order: readonly string[]): string {
  const runs: string[][] = [];
  for (const [place, name] of order.entries()) {
    if (!names.includes(name)) continue;
    const run = runs.at(-1);
    if (run && place > 0 && run.at(-1) === order[place - 1]) run.push(name);
    else runs.push([name]);
  }
  return runs
    .flatMap((run) => (run.length > 2 ? [say.fromTo(run[0] ?? "", run.at(-1) ?? "")] : run))
    .join(", ");
}

/** `dead_units` as one says it. */
export function titleOf({ code }: { readonly code: string }): string {
  return code.replaceAll("_", " ");
}

const NUMBERS = [
  "gradient_norm",
  "weight_gradient_norm",
  "weight_norm",
  "update_ratio",
  "mean_slope",
  "slope_gain",
  "weight_gain",
  "factor",
] as const;

/** What each layer does to the gradient, a row a layer. */
export function diagnosisSheet({ layers }: Diagnosis): Sheet {
  const cell = (value: WireNumber | null): Cell => (value === null ? null : fromWire(value));
  return {
    of: say.layers,
    columns: ["layer", "units", ...NUMBERS, "dead_units", "saturated_units"],
    rows: layers.map((layer) => [
      layer.layer,
      layer.units,
      ...NUMBERS.map((name) => cell(layer[name])),
      layer.dead_units.length,
      layer.saturated_units.length,
    ]),
  };
}

/** Which layers a group is about, in words; a number may have broken in the loss as well. */
export function layersOf(group: Group, { layers }: Diagnosis): string {
  return rangesText(
    group.map(({ layer }) => layer),
    [...layers.map(({ layer }) => layer), LOSS],
  );
}

/** The numbers of a finding by their names, those that are one number each. */
export function numbersOf({ numbers }: Finding): { name: string; value: number }[] {
  return Object.entries(numbers).flatMap(([name, value]) =>
    typeof value === "number" ? [{ name: name.replaceAll("_", " "), value }] : [],
  );
}

/** The losses of a run and what it is called. */
type Called = readonly [series: Metrics["series"], name: string];

/** The losses of two runs over one another: one dashed, as it was or would be, the other in full. */
export function comparison([before, dashed]: Called, [after, solid]: Called): Plot | null {
  const line = (curve: Curve, label: string, kind: Line["kind"]): Line => ({
    ...curve,
    name: label,
    label,
    kind,
    shade: kind === "test" ? 0 : 1,
  });
  const [old] = readCurves(before);
  const [cured] = readCurves(after);
  const lines = [
    ...(old ? [line(old, dashed, "test")] : []),
    ...(cured ? [line(cured, solid, "train")] : []),
  ].filter(({ steps }) => steps.length);
  if (!lines.length) return null;
  const steps = [...new Set(lines.flatMap((one) => one.steps))].sort((a, b) => a - b);
  return {
    title: say.lossOfBatches,
    log: false,
    bounds: [],
    last: Math.max(1, steps.at(-1) ?? 0),
    steps,
    lines,
  };
}
