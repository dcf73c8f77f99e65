/** Trains in the background: begins a run at the head, says how far it is, and stops it. Looking around goes on. */

import type { Client } from "./api/client.ts";
import { Refused } from "./api/requests.ts";
import type { Head, Run } from "./api/types.ts";
import { fromWire, full, readNumber, short } from "./core/numbers.ts";
import type { Clock } from "./motion.ts";
import type { Session } from "./session.ts";
import type { Notice, Store } from "./store.ts";
import * as common from "./strings/common.ts";
import * as say from "./strings/training.ts";

const REST = 200;
const RUN_ACTIVE = "run_active";

/** What a run is asked for, as it is typed. */
export interface Wanted {
  readonly amount: string;
  readonly unit: "steps" | "epochs";
  /** The loss below which it ends; empty where it does not matter. */
  readonly below: string;
}

/** What `State.wrong` calls the fields. */
export const AMOUNT = "amount";
export const BELOW = "below";

export class Training {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #clock: Clock;
  #followed = "";

  constructor(client: Client, store: Store, session: Session, clock: Clock) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#clock = clock;
  }

  /** Begin; the answer tells whether that was possible. What is wrong with what was typed is said at its field. */
  async begin({ amount, unit, below }: Wanted): Promise<boolean> {
    const session = this.#session;
    const [count, loss] = [readNumber(amount), readNumber(below)];
    const wrong = (field: string, text: string) => this.#store.set({ wrong: { field, text } });
    if (count === null || !Number.isInteger(count) || count < 1) wrong(AMOUNT, say.EXPECTED[unit]);
    else if (below.trim() && loss === null) wrong(BELOW, common.wantedNumber);
    else {
      session.pause();
      this.#store.set({ wrong: null });
      await session.act(async () => {
        await session.settled();
        await session.own();
        const wanted = unit === "steps" ? { steps: count } : { epochs: count };
        const until = loss === null ? undefined : { loss_below: loss };
        try {
          const begun = await this.#client.begin(session.id, wanted, until, session.rev);
          session.take(begun.session);
          this.#store.set({ run: begun.run, t: session.reached });
          void this.#watch();
        } catch (error) {
          if (!(error instanceof Refused) || error.problem.status !== 422) throw error;
          wrong(error.problem.errors[0]?.pointer.includes("loss") ? BELOW : AMOUNT, error.problem.detail);
        }
      });
    }
    return this.#store.state.wrong === null;
  }

  async cancel(): Promise<void> {
    const { run } = this.#store.state;
    if (run) await this.#read(() => this.#client.cancel(this.#session.id, run.id));
  }

  /** See how far a run is that somebody else has begun. */
  watch(run: Run): void {
    if (this.#followed === run.id) return;
    this.#store.set({ run });
    void this.#watch();
  }

  /** Ask how far the run is until it has ended. */
  async #watch(): Promise<void> {
    const { run, head } = this.#store.state;
    if (!run || !head || this.#followed === run.id) return;
    this.#followed = run.id;
    const same = () =>
      this.#store.state.head?.view_id === head.view_id && this.#store.state.run?.id === run.id;
    while (same() && this.#store.state.run?.status === "running") {
      await this.#clock.wait(REST);
      if (same()) await this.#read(() => this.#client.progress(this.#session.id, run.id));
    }
    // Who comes back to its session while it goes on follows it again.
    if (this.#followed === run.id) this.#followed = "";
  }

  async #read(ask: () => Promise<{ session: Head; run: Run }>): Promise<void> {
    try {
      const { session, run } = await ask();
      const { run: known, notice } = this.#store.state;
      // What has ended has: an answer that was on its way is from before.
      const isNews = known?.id === run.id && known.status === "running";
      if (isNews) this.#store.set({ run });
      // What was refused because of it can be done now.
      if (run.status !== "running" && notice?.code === RUN_ACTIVE) this.#store.set({ notice: null });
      const ended = isNews ? endOf(run, session) : null;
      if (ended !== null) this.#store.set({ notice: ended });
      this.#session.moved(session);
    } catch (error) {
      if (error instanceof Refused) this.#store.set({ run: null }); // the server was started anew: it has ended
    }
  }
}

/** Why a run has ended, where it was not all that was asked for or there was a loss to come to; null for any other. */
function endOf({ status, detail, until, reached }: Run, { step, loss }: Head): Notice | null {
  if (status === "diverged") return { kind: "refused", text: say.diverged(step - 1) };
  if (status === "failed") return { kind: "refused", text: say.failed(detail ?? "") };
  if (status !== "done" || until === null || loss === null) return null;
  const [last, wanted] = [short(fromWire(loss)), full(until.loss_below)];
  return { kind: "news", text: (reached ? say.reached : say.notReached)(step - 1, last, wanted) };
}
