/** A numeric check of gradients as it is shown: the same tensor by both methods side by side, and its error curve. */

import type { GradientCheck, TensorCheck } from "../api/types.ts";
import { fromWire } from "./numbers.ts";

/** What the two methods say of the gradients of a step. */
export interface Checks {
  readonly central: GradientCheck;
  readonly complex: GradientCheck;
}

/** One gradient, by both; `complex` is null where there is no complex step through the network. */
export interface Row {
  readonly tensor: string;
  readonly central: TensorCheck | null;
  readonly complex: TensorCheck | null;
}

export function rowsOf({ central, complex }: Checks): Row[] {
  const names = [...new Set([...central.tensors, ...complex.tensors].map(({ tensor }) => tensor))];
  const of = (check: GradientCheck, name: string) =>
    check.tensors.find(({ tensor }) => tensor === name) ?? null;
  return names.map((tensor) => ({ tensor, central: of(central, tensor), complex: of(complex, tensor) }));
}

/** The number at an index by each method: what was recorded, and what the loss shows; null where it was not compared. */
export function numbersAt({ central, complex }: Row, index: readonly number[]) {
  const pair = (check: TensorCheck | null) =>
    check?.pairs.find((one) => one.index.join() === index.join()) ?? null;
  const [c, x] = [pair(central), pair(complex)];
  const recorded = c ?? x;
  return {
    analytic: recorded && fromWire(recorded.backward),
    central: c && fromWire(c.numeric),
    complex: x && fromWire(x.numeric),
  };
}

/** What an error is measured by where the gradient's largest number is below it (docs/api.md). */
export const LEAST = 1e-4;

/** Whether the error is no error relative to the gradient itself, because that is too small to measure by. */
export function isSmall(check: TensorCheck | null): boolean {
  return check?.largest != null && fromWire(check.largest) < LEAST;
}

/** Of a gradient that is called equal for being small alone, the error relative to its own largest number. */
export function ownError({ verdict, absolute, largest }: TensorCheck, tolerance: number): number | null {
  if (verdict !== "equal" || absolute === null || largest === null) return null;
  const own = fromWire(absolute) / fromWire(largest);
  return own > tolerance ? own : null;
}

/** The index that is told of: the wanted one where it was compared, else that of the largest difference. */
export function indexOf(row: Row, wanted: readonly number[]): readonly number[] {
  const numbers = numbersAt(row, wanted);
  return numbers.analytic === null ? (row.central?.worst ?? row.complex?.worst ?? wanted) : wanted;
}

/** The error curve as it is drawn on a log scale, step sizes ascending; what is exactly right lies at its foot. */
export function curveOf(check: TensorCheck | null): { h: number[]; relative: number[] } {
  const points = (check?.curve ?? [])
    .map(({ h, relative }) => ({ h, relative: fromWire(relative) }))
    .filter(({ relative }) => Number.isFinite(relative))
    .toSorted((a, b) => a.h - b.h);
  return {
    h: points.map(({ h }) => h),
    relative: points.map(({ relative }) => Math.max(relative, FOOT)),
  };
}

const FOOT = 1e-17;
