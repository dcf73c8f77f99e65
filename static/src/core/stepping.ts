/** Where a step of each size leads, from any moment: the same rule as the server's `steps`. */

import type { ScheduledTick } from "../api/types.ts";

export const SIZES = ["op", "layer", "phase", "batch", "epoch"] as const;
export type StepSize = (typeof SIZES)[number];

/** Steps a second from which on nothing is seen to travel between one and the next. */
export const SWIFT = 10;

/** Whether whole steps follow each other so fast that only where they end is seen. */
export function isSwift(state: { playing: boolean; size: StepSize; speed: number }): boolean {
  const { playing, size, speed } = state;
  return playing && speed >= SWIFT && (size === "batch" || size === "epoch");
}

export function larger(size: StepSize): StepSize {
  return SIZES[Math.min(SIZES.indexOf(size) + 1, SIZES.length - 1)] ?? size;
}

/** Counts of ticks from a step's start at which a step of this size can end; empty for sizes of whole steps. */
function ends(schedule: readonly ScheduledTick[], size: StepSize): number[] {
  const key = (tick: ScheduledTick) =>
    size === "op" ? tick.index : size === "layer" ? `${tick.phase} ${tick.layer}` : tick.phase;
  const inside = schedule.filter((tick, i) => {
    const next = schedule[i + 1];
    return next === undefined || key(next) !== key(tick);
  });
  return inside.map((tick) => tick.index + 1);
}

function boundary(schedule: readonly ScheduledTick[], stepsPerEpoch: number, size: StepSize) {
  const ticks = schedule.length;
  if (size === "batch") return { period: ticks, ends: [ticks] };
  if (size === "epoch") return { period: ticks * stepsPerEpoch, ends: [ticks * stepsPerEpoch] };
  return { period: ticks, ends: ends(schedule, size) };
}

/** The moment that one step of `size` forward leads to: the nearest end after `t`. */
export function after(
  schedule: readonly ScheduledTick[],
  stepsPerEpoch: number,
  size: StepSize,
  t: number,
): number {
  const { period, ends } = boundary(schedule, stepsPerEpoch, size);
  const start = Math.floor(t / period) * period;
  return start + (ends.find((end) => start + end > t) ?? period);
}

/** The moment that one step of `size` back leads to: the nearest end before `t`, or 0. */
export function before(
  schedule: readonly ScheduledTick[],
  stepsPerEpoch: number,
  size: StepSize,
  t: number,
): number {
  const { period, ends } = boundary(schedule, stepsPerEpoch, size);
  const start = Math.floor((t - 1) / period) * period;
  return Math.max(0, start + (ends.findLast((end) => start + end < t) ?? 0));
}
