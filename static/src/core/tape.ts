/** The frames that the page has, by moment: fetched whole, or folded from a frame and what the next tick wrote. */

import type { Frame, ScheduledTick, TickRecord } from "../api/types.ts";
import { takesBatch } from "./net.ts";

const MOST = 600;

export class Tape {
  readonly #frames = new Map<number, Frame>();

  get(t: number): Frame | undefined {
    return this.#frames.get(t);
  }

  put(frame: Frame): void {
    this.#frames.delete(frame.t);
    this.#frames.set(frame.t, frame);
    for (const oldest of this.#frames.keys()) {
      if (this.#frames.size <= MOST) break;
      this.#frames.delete(oldest);
    }
  }

  /** Have more of some tensors, in every frame that has the same: most ticks leave most tensors as they are. */
  widen(before: Frame["tensors"], after: Frame["tensors"]): void {
    const wider = Object.keys(after).filter((name) => after[name] !== before[name]);
    for (const [t, frame] of this.#frames) {
      const found = wider.filter((name) => frame.tensors[name] === before[name]);
      const more = Object.fromEntries(found.map((name) => [name, after[name] ?? null]));
      if (found.length) this.#frames.set(t, { ...frame, tensors: { ...frame.tensors, ...more } });
    }
  }

  /** Make the frame after a tick from the one before. One with a new batch must be fetched. */
  fold(record: TickRecord, schedule: readonly ScheduledTick[]): boolean {
    const last = this.#frames.get(record.t - 1);
    if (takesBatch(schedule, record.index) || !last) return this.#frames.has(record.t);
    const { t, step, tick, phase } = record;
    this.put({ t, step, tick, phase, tensors: { ...last.tensors, ...record.writes } });
    return true;
  }

  clear(): void {
    this.#frames.clear();
  }
}
