/** Tells that what the learner asked for takes its time: without a sign a slow line has them press again. */

import type { Clock } from "./motion.ts";
import type { Store } from "./store.ts";

const PATIENCE = 400;

export class Waiting {
  readonly #store: Store;
  readonly #clock: Clock;
  #under = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Tell of this work, if it is still under way in a moment, until nothing is any more. */
  follow(work: Promise<unknown>): void {
    let isDone = false;
    this.#under++;
    void this.#clock.wait(PATIENCE).then(() => isDone || this.#store.set({ waiting: true }));
    const end = () => {
      isDone = true;
      if (--this.#under === 0 && this.#store.state.waiting) this.#store.set({ waiting: false });
    };
    void work.then(end, end);
  }
}
