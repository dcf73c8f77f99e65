/** The rows that a network of two inputs learns from, and those held out, as points of the plane. */

import type { DataRows, Tensor } from "../api/types.ts";
import { element } from "./numbers.ts";

export interface Point {
  readonly at: readonly [number, number];
  /** The index of its class, or its number. */
  readonly target: number;
  readonly held: boolean;
}

export interface Rows {
  /** The session that was asked. */
  readonly of: string;
  readonly classes: number | null;
  /** What the classes are called. */
  readonly names: readonly string[];
  /** Where two classes are told by one number: which two. */
  readonly ends: readonly [number, number] | null;
  readonly points: readonly Point[];
}

export function readRows(of: string, { x, y, test_x, test_y, classes, class_names }: DataRows): Rows {
  const points = [...pointsOf(x, y, classes, false)];
  if (test_x && test_y) points.push(...pointsOf(test_x, test_y, classes, true));
  const names = class_names ?? Array.from({ length: classes ?? 0 }, (_, i) => String(i));
  return { of, classes, names, ends: classes === 2 && y.shape[1] === 1 ? endsOf([y, test_y]) : null, points };
}

function* pointsOf(x: Tensor, y: Tensor, classes: number | null, held: boolean): Generator<Point> {
  for (let row = 0; row < (x.shape[0] ?? 0); row++) {
    const at = [element(x, [row, 0]) ?? 0, element(x, [row, 1]) ?? 0] as const;
    yield { at, target: targetOf(y, row, classes), held };
  }
}

/** The class that a row's target says: an index, the larger of two numbers, or the place of the 1. */
function targetOf(y: Tensor, row: number, classes: number | null): number {
  const [, columns] = y.shape;
  if (columns === undefined) return element(y, [row]) ?? 0;
  const numbers = Array.from({ length: columns }, (_, i) => element(y, [row, i]) ?? 0);
  if (classes === null) return numbers[0] ?? 0;
  return columns === 1 ? Number((numbers[0] ?? 0) > 0) : Math.max(0, numbers.indexOf(1));
}

function endsOf(targets: readonly (Tensor | null)[]): [number, number] {
  const all = targets.flatMap((y) => (y ? (y.values as number[][]).map(([value = 0]) => value) : []));
  return [Math.min(...all), Math.max(...all)];
}
