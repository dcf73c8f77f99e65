/** Plays a session: one step after the other at the speed that is set, with the next at hand before it is needed. */

import { Unreachable } from "./api/requests.ts";
import { after, isSwift, SWIFT } from "./core/stepping.ts";
import type { Clock } from "./motion.ts";
import type { Session } from "./session.ts";
import type { Store } from "./store.ts";

const MOST_AHEAD = 4;

export class Playing {
  readonly #session: Session;
  readonly #store: Store;
  readonly #clock: Clock;
  /** What is being run before it is needed. */
  #ahead: Promise<void> | null = null;
  #beat = 0;

  constructor(session: Session, store: Store, clock: Clock) {
    this.#session = session;
    this.#store = store;
    this.#clock = clock;
  }

  get ahead(): Promise<void> | null {
    return this.#ahead;
  }

  /** Wait until what was fetched ahead has come. */
  async settled(): Promise<void> {
    while (this.#ahead) await this.#ahead;
  }

  begin(): void {
    if (this.#store.state.playing || !this.#store.state.head) return;
    this.#store.set({ playing: true });
    void this.#playOn(++this.#beat);
  }

  end(): void {
    this.#beat++;
    if (this.#store.state.playing) this.#store.set({ playing: false });
  }

  async #playOn(beat: number): Promise<void> {
    let due = this.#clock.now();
    let swift = false;
    while (beat === this.#beat) {
      swift ||= isSwift(this.#store.state);
      await this.#session.act(async () => {
        if (beat === this.#beat) await this.#session.forward(this.#store.state.size);
      });
      this.#fetchAhead();
      const [length, now] = [1000 / this.#store.state.speed, this.#clock.now()];
      due = Math.max(due + length, now - length); // what is late is made up for, by one beat at most
      await this.#clock.wait(due - now);
    }
    // What was passed over fast is told where it ends.
    if (swift)
      await this.#session.act(() => {
        const { t, step } = this.#store.state;
        return this.#session.show(t, false, step);
      }, false);
  }

  /**
   * Have the next whole step at hand before it is needed, so that playing does not wait for the network; of steps that
   * follow each other fast, some.
   */
  #fetchAhead(): void {
    const { net, head, t, size, speed, playing } = this.#store.state;
    if (!net || !head || !playing || this.#ahead || size === "epoch") return;
    const ticks = net.schedule.length;
    const swift = isSwift(this.#store.state);
    const lead = swift ? Math.min(MOST_AHEAD, speed / SWIFT) * ticks : ticks / 2;
    if (head.t - t > lead || head.status === "diverged" || head.id === undefined) return;
    const end = head.t + ticks - (head.t % ticks);
    this.#ahead = this.#session
      .advance(end - head.t)
      .then(() => {
        const next = swift ? end : after(net.schedule, head.steps_per_epoch, size, t);
        void this.#session.moments.foresee(next).catch(() => undefined);
        return swift;
      })
      .catch((error: unknown) => {
        // Where the answer was lost it may have been run, and what comes next would be refused as if somebody else had.
        if (error instanceof Unreachable) void this.#session.act(() => Promise.reject(error), false);
        return false;
      })
      .then((goesOn) => {
        this.#ahead = null;
        if (goesOn) this.#fetchAhead();
      });
  }
}
