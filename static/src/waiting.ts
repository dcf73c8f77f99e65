/** Tells that what the learner asked for takes its time: without a sign a slow line has them press again. */

import type { Clock } from "./motion.ts";
import type { Store } from "./store.ts";
import * as say from "./strings/waiting.ts";

const PATIENCE = 400;
/** After so long a sign is not enough: it is said, and where that can be done it can be given up. */
const LONG = 3000;

export class Waiting {
  readonly #store: Store;
  readonly #clock: Clock;
  #under = 0;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Tell of this work, if it is still under way in a moment, until nothing is any more. Words of its own it keeps. */
  follow(work: Promise<unknown>, giveUp?: () => void): void {
    let isDone = false;
    this.#under++;
    void this.#clock.wait(PATIENCE).then(() => isDone || this.#store.set({ waiting: true }));
    void this.#clock.wait(LONG).then(() => {
      if (!isDone && (giveUp || !this.#store.state.lasting))
        this.#store.set({ lasting: { text: say.takesLong, giveUp } });
    });
    const end = () => {
      isDone = true;
      if (--this.#under) return;
      const { waiting, lasting } = this.#store.state;
      if (waiting || lasting) this.#store.set({ waiting: false, lasting: null });
    };
    void work.then(end, end);
  }
}
