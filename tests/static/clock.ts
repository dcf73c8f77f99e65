/** A clock that stands until it is told to go on. */

import type { Clock } from "../../static/src/motion.ts";

export class FakeClock implements Clock {
  time = 0;
  readonly #requests: (() => void)[] = [];
  readonly #sleepers = new Set<{ until: number; wake: () => void }>();

  now(): number {
    return this.time;
  }

  request(callback: () => void): void {
    this.#requests.push(callback);
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.add({ until: this.time + milliseconds, wake }));
  }

  /** How many pictures are asked for. */
  get asked(): number {
    return this.#requests.length;
  }

  /** Let time pass, wake who waited for it, then draw what was asked for before. */
  pass(milliseconds: number): void {
    this.time += milliseconds;
    for (const sleeper of this.#sleepers)
      if (sleeper.until <= this.time) {
        this.#sleepers.delete(sleeper);
        sleeper.wake();
      }
    for (const draw of this.#requests.splice(0)) draw();
  }
}
