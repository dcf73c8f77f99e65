/** Trains in the background: begins a run at the head, says how far it is, and stops it. Looking around goes on. */

import type { Client } from "./api/client.ts";
import { isGone, Refused } from "./api/requests.ts";
import type { Head, Run } from "./api/types.ts";
import { fromWire, full, readNumber, short } from "./core/numbers.ts";
import type { Clock } from "./motion.ts";
import type { Session } from "./session.ts";
import type { Notice, Store } from "./store.ts";
import * as common from "./strings/common.ts";
import * as say from "./strings/training.ts";

const REST = 200;
/** The rest after a question that was not answered: also who has no time left on the server is asked to wait. */
const REST_IN_VAIN = 1000;
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
  /** The run that is to end. */
  #unwanted = "";

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

  /** End the run: at once, or as soon as the server answers. */
  async cancel(): Promise<void> {
    const { run } = this.#store.state;
    if (!run) return;
    this.#unwanted = run.id;
    await this.#read(run.id);
  }

  /** See how far a run is that somebody else has begun. */
  watch(run: Run): void {
    const { run: known } = this.#store.state;
    if (this.#followed === run.id || (known?.id === run.id && hasEnded(known))) return;
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
    let rest = REST;
    while (same() && !hasEnded(this.#store.state.run)) {
      await this.#clock.wait(rest);
      if (same()) rest = (await this.#read(run.id)) ? REST : REST_IN_VAIN;
    }
    // Who comes back to its session while it goes on follows it again.
    if (this.#followed === run.id) this.#followed = "";
  }

  /** Ask once, and end the run where that is wanted; whether there was an answer. */
  async #read(id: string): Promise<boolean> {
    const [of, ends] = [this.#session.id, this.#unwanted === id];
    try {
      const { session, run } = await (ends ? this.#client.cancel(of, id) : this.#client.progress(of, id));
      const { run: known, notice } = this.#store.state;
      // What has ended has: an answer that was on its way is from before.
      const isNews = known?.id === run.id && !hasEnded(known);
      if (isNews) this.#store.set({ run });
      // What was refused because of it can be done now.
      if (hasEnded(run) && notice?.code === RUN_ACTIVE) this.#store.set({ notice: null });
      const ended = isNews ? endOf(run, session) : null;
      if (ended !== null) this.#store.set({ notice: ended });
      this.#session.moved(session);
      return true;
    } catch (error) {
      if (of === this.#session.id && this.#store.state.run?.id === id) await this.#missed(error, ends);
      return false;
    }
  }

  /** What is done where the server did not tell how far the run is, or has not ended it. */
  async #missed(error: unknown, ends: boolean): Promise<void> {
    const session = this.#session;
    const fail = () => session.act(() => Promise.reject(error as Error), false);
    if (!(error instanceof Refused)) await fail();
    else if (isGone(error)) {
      // The server was started anew, and has ended it; of the session it may know nothing either.
      this.#store.set({ run: null });
      await session.act(async () => {
        const { t } = this.#store.state;
        const atHead = t === session.reached;
        await session.renew();
        await session.show(atHead ? session.reached : Math.min(t, session.reached), false);
        this.#store.set({ notice: { kind: "news", text: say.broken } });
      }, false);
    } else if (ends) {
      this.#unwanted = "";
      await fail();
    }
  }
}

function hasEnded(run: Run | null): boolean {
  return run?.status !== "running";
}

/** Why a run has ended, where it was not all that was asked for or there was a loss to come to; null for any other. */
function endOf({ status, detail, until, reached }: Run, { step, loss }: Head): Notice | null {
  if (status === "diverged") return { kind: "refused", text: say.diverged(step - 1) };
  if (status === "failed") return { kind: "refused", text: say.failed(detail ?? "") };
  if (status !== "done" || until === null || loss === null) return null;
  const [last, wanted] = [short(fromWire(loss)), full(until.loss_below)];
  return { kind: "news", text: (reached ? say.reached : say.notReached)(step - 1, last, wanted) };
}
