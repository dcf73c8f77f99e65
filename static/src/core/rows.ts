/** The rows that a network of one or two inputs learns from, and those held out. */

import type { DataRows, Tensor } from "../api/types.ts";
import { type Cloud, cloudOf, type Dot, dotsOf } from "./scatter.ts";

export interface Rows {
  /** The session that was asked. */
  readonly of: string;
  readonly classes: number | null;
  /** What the classes are called. */
  readonly names: readonly string[];
  /** Where two classes are told by one number: which two. */
  readonly ends: readonly [number, number] | null;
  readonly points: readonly Dot[];
  /** The same as a picture, where their targets are single numbers or classes. */
  readonly cloud: Cloud | null;
}

export function readRows(of: string, data: DataRows): Rows {
  const { y, test_y, classes, class_names } = data;
  const points = dotsOf(data);
  const names = class_names ?? Array.from({ length: classes ?? 0 }, (_, i) => String(i));
  const ends = classes === 2 && y.shape[1] === 1 ? endsOf([y, test_y]) : null;
  return { of, classes, names, ends, points, cloud: cloudOf(data, points) };
}

function endsOf(targets: readonly (Tensor | null)[]): [number, number] {
  const all = targets.flatMap((y) => (y ? (y.values as number[][]).map(([value = 0]) => value) : []));
  return [Math.min(...all), Math.max(...all)];
}
