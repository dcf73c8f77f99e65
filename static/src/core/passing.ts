/**
 * What a unit lets through of the gradient that arrives at it: nothing where its slope is zero, little where it is small.
 * Read off the numbers of the frame: what came out is what arrived times the slope.
 */

import type { Frame } from "../api/types.ts";
import * as say from "../strings/passing.ts";
import { gradientOf, type Layer, type Net } from "./net.ts";
import { element, short } from "./numbers.ts";

export interface Passing {
  /** What arrived at the unit, and the slope that it was multiplied by. */
  readonly error: number;
  readonly slope: number;
  readonly kind: "blocked" | "weak" | "open";
  /** How much arrived, as a share of the layer's most for this example. */
  readonly share: number;
  /** Whether it stops the gradient of every example of the batch that any arrives of. */
  readonly always: boolean;
}

/** A unit that lets through less than this share of what arrives learns slowly, however large the error is. */
const WEAK = 0.1;

/** What a unit lets through of an example's gradient; null before it is known, or where none arrives. */
export function passingOf(
  net: Net,
  layer: Layer,
  frame: Frame,
  [sample, unit]: [sample: number, unit: number],
): Passing | null {
  const [arriving, passed] = [gradientOf(net, layer.out), gradientOf(net, layer.inner)];
  if (arriving === null || passed === null || !multiplied(net, arriving, passed)) return null;
  const slopeAt = (row: number): { error: number; slope: number } | null => {
    const error = element(frame.tensors[arriving], [row, unit]);
    const out = element(frame.tensors[passed], [row, unit]);
    if (error === null || out === null || error === 0) return null;
    return Number.isFinite(error) && Number.isFinite(out) ? { error, slope: out / error } : null;
  };
  const own = slopeAt(sample);
  if (!own) return null;
  const size = Math.abs(own.slope);
  const kind = size === 0 ? "blocked" : size < WEAK ? "weak" : "open";
  const errors = Array.from({ length: layer.units }, (_, i) =>
    Math.abs(element(frame.tensors[arriving], [sample, i]) ?? 0),
  ).filter(Number.isFinite);
  const share = Math.abs(own.error) / Math.max(...errors, Math.abs(own.error));
  const rows = frame.tensors[arriving]?.shape[0] ?? 1;
  const always =
    kind === "blocked" &&
    Array.from({ length: rows }, (_, row) => slopeAt(row)?.slope ?? 0).every((s) => s === 0);
  return { ...own, kind, share, always };
}

/** What is said of a unit that lets little through; nothing of one that is open. */
export function passingText(passing: Passing | null, batch: number): string {
  if (!passing || passing.kind === "open") return "";
  const { kind, error, slope, always } = passing;
  if (kind === "weak") return say.weak(short(error), short(slope));
  return always && batch > 1 ? say.blockedForAll(batch) : say.blocked;
}

/** Whether each number that leaves is the one that arrives times a slope, and no mixture of several. */
function multiplied(net: Net, arriving: string, passed: string): boolean {
  const terms = net.schedule.find(({ writes }) => writes.includes(passed))?.matrix?.terms ?? [];
  const [term] = terms;
  return (
    terms.length === 1 &&
    term?.operator === "elementwise" &&
    term.factors.some(({ tensor }) => tensor === arriving)
  );
}
