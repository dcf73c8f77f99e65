/**
 * What a learner changes: numbers of the network and of its training, and undoing that. Every change is made at the
 * moment that is shown, as a command of the session; the server keeps every revision, so nothing is lost.
 */

import { type Client, Refused } from "./api/client.ts";
import { type Address, addressText, readNumber, valueAt } from "./core/numbers.ts";
import { redone, undone } from "./core/undo.ts";
import type { Session } from "./session.ts";
import type { State, Store } from "./store.ts";

/** The status of a refusal that is about a value. */
const UNFIT = 422;

export class Changes {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;

  constructor(client: Client, store: Store, session: Session) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
  }

  get #state(): State {
    return this.#store.state;
  }

  /** Give a number of a parameter the value that was typed, and run the step again up to the moment that is shown. */
  edit(address: Address, typed: string): Promise<void> {
    return this.#typed(addressText(address), typed, async (value) => {
      const session = this.#session;
      const { t, frame } = this.#state;
      if (Object.is(valueAt(frame ?? undefined, address), value)) return;
      await session.change(() => this.#client.edit(session.id, address, value, t, session.rev));
      await session.runTo(t);
    });
  }

  /** Train with another number in the optimizer from the moment that is shown on. */
  settle(name: string, typed: string): Promise<void> {
    return this.#typed(name, typed, async (value) => {
      const session = this.#session;
      const { t, step, spec } = this.#state;
      if ((spec?.optimizer as Record<string, unknown> | undefined)?.[name] === value) return;
      await session.change(async () => {
        if (t < session.reached)
          session.take((await this.#client.rewind(session.id, t, session.rev)).session);
        return this.#client.settle(session.id, { [name]: value }, session.rev);
      });
      await session.show(t, false, step);
    });
  }

  undo(): Promise<void> {
    return this.#restore(undone);
  }

  redo(): Promise<void> {
    return this.#restore(redone);
  }

  #restore(way: typeof undone): Promise<void> {
    const session = this.#session;
    session.pause();
    return session.act(async () => {
      await session.settled();
      const found = way(this.#state.undo, session.here);
      if (!found) return;
      await session.change(() => this.#client.restore(session.id, found.to.rev, session.rev), found.then);
      await session.show(Math.min(found.to.t, session.reached), false);
    });
  }

  /** Do what somebody typed into a field; what is wrong with it is said there. */
  #typed(field: string, typed: string, act: (value: number) => Promise<void>): Promise<void> {
    this.#session.pause();
    return this.#session.act(async () => {
      const value = readNumber(typed);
      this.#store.set({ wrong: value === null ? { field, text: "Expected a number." } : null });
      if (value === null) return;
      try {
        await act(value);
      } catch (error) {
        if (!(error instanceof Refused) || error.problem.status !== UNFIT) throw error;
        this.#store.set({ wrong: { field, text: error.problem.detail } });
      }
    });
  }
}
