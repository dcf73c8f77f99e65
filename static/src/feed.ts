/**
 * Keeps what the page knows of something up with the session. One request is under way at a time, and between two
 * there is a rest of several times what one took: looking at a run must not slow it down. What comes late is dropped;
 * only what is shown now counts.
 */

import { isPassing, Refused } from "./api/requests.ts";
import type { Clock } from "./motion.ts";
import type { State, Store } from "./store.ts";

const RETRY = 2000;

/** What a feed asks for, and what it does with the answers. */
export interface Asking<Answer> {
  /** By what the answer that is wanted now is known; null where none is. */
  readonly key: (state: State) => string | null;
  readonly ask: (state: State) => Promise<Answer>;
  /** Told when an answer has come, or that there will be none. */
  readonly heard: () => void;
  /** Milliseconds between two requests, and how many times as long as the last one took. */
  readonly rest?: number;
  readonly times?: number;
  /** How many answers are kept, so that going back does not ask again. */
  readonly kept?: number;
}

/**
 * By what the moment that is shown is known; null where it is none of the present history, as after a rewind, or may be
 * none any more, as while a change is under way.
 */
export function momentKey({ head, past, t, changing }: State): string | null {
  return head && !changing && t <= head.t ? `${head.view_id} ${past} ${t}` : null;
}

export class Feed<Answer> {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #asking: Asking<Answer>;
  readonly #answers = new Map<string, Answer>();
  #busy = false;
  #stopped = false;
  #latest: Answer | null = null;
  /** The last request that failed, and why, where the server said so for good. */
  #failed: { key: string; why: string | null } | null = null;

  constructor(store: Store, clock: Clock, asking: Asking<Answer>) {
    this.#store = store;
    this.#clock = clock;
    this.#asking = asking;
  }

  /** Follow the session; the answer stops that. */
  start(): () => void {
    const stop = this.#store.watch(() => this.look());
    return () => {
      this.#stopped = true;
      stop();
    };
  }

  /** See whether something is wanted that is not there: also after what is asked for has changed without the store. */
  look(): void {
    if (!this.#busy && this.#wanted() !== null) void this.#follow();
  }

  /** What belongs to the present state, if it is there. */
  get present(): Answer | null {
    return this.#answers.get(this.#key ?? "") ?? null;
  }

  /** What was heard last, which may belong to another moment. */
  get latest(): Answer | null {
    return this.present ?? this.#latest;
  }

  /** Whether the last request failed; why, where the server refused. */
  get missed(): boolean {
    return this.#failed !== null;
  }

  get refusal(): string | null {
    return this.#failed !== null && this.#failed.key === this.#key ? this.#failed.why : null;
  }

  get #key(): string | null {
    return this.#asking.key(this.#store.state);
  }

  /** What is to be asked for: not what is known, nor what was refused. */
  #wanted(): string | null {
    const key = this.#key;
    if (this.#stopped || key === null || this.#answers.has(key)) return null;
    return this.#failed?.key === key && this.#failed.why !== null ? null : key;
  }

  async #follow(): Promise<void> {
    this.#busy = true;
    for (let key = this.#wanted(); key !== null; key = this.#wanted()) {
      const begun = this.#clock.now();
      await this.#read(key);
      const took = this.#clock.now() - begun;
      const again = this.#failed !== null && this.#failed.why === null;
      const { rest = 250, times = 4 } = this.#asking;
      await this.#clock.wait(again ? RETRY : Math.max(rest, times * took));
    }
    this.#busy = false;
  }

  async #read(key: string): Promise<void> {
    try {
      const answer = await this.#asking.ask(this.#store.state);
      this.#failed = null;
      this.#keep(key, answer);
    } catch (error) {
      // The session says on its own what is wrong with the server; here only that these are not the latest.
      const why = error instanceof Refused && !isPassing(error) ? error.problem.detail : null;
      this.#failed = { key, why };
    }
    if (!this.#stopped) this.#asking.heard();
  }

  #keep(key: string, answer: Answer): void {
    this.#latest = answer;
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= (this.#asking.kept ?? 1)) break;
      this.#answers.delete(oldest);
    }
  }
}
