/**
 * What a learner changes: numbers of the network, of its example and of its training, and undoing that. Every change
 * is made at the moment that is shown, as a command of the session; the server keeps every revision, so nothing is lost.
 */

import { askedAs, type Client } from "./api/client.ts";
import { isGone, Refused } from "./api/requests.ts";
import type { Example, Head, Spec } from "./api/types.ts";
import { unfit } from "./core/drag.ts";
import { beginningOf, changeAt, exampleWith, partOf, scaleOf, wantedTargets } from "./core/example.ts";
import { type Address, addressText, readNumber, valueAt } from "./core/numbers.ts";
import { settingsOf, withSetting } from "./core/settings.ts";
import { type Changed, redone, undone, without } from "./core/undo.ts";
import type { Session } from "./session.ts";
import type { Preview, State, Store } from "./store.ts";
import * as common from "./strings/common.ts";

/** The status of a refusal that is about a value. */
const UNFIT = 422;

export class Changes {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  /** What is done with settings of the optimizer with which the session cannot go on. */
  otherwise: ((settings: Record<string, unknown>) => void) | null = null;
  /** The row that was shown before an own example took the place of the data. */
  #row = 0;

  constructor(client: Client, store: Store, session: Session) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
  }

  get #state(): State {
    return this.#store.state;
  }

  /** Give a number of a parameter, an input or a target the value that was typed, and run the step again up to here. */
  edit(address: Address, typed: string): Promise<void> {
    return this.#typed(addressText(address), typed, async (value) => {
      const { net, catalog, spec } = this.#state;
      const { frame } = realOf(this.#state);
      const before = await this.valueBefore(address);
      // It may be no number of a network that has been opened meanwhile.
      if (!net || !frame || value === null || before === null) return null;
      const text = unfit(value, scaleOf(net, frame, address, wantedTargets(catalog, spec)));
      if (text || Object.is(before, value)) return text;
      if (partOf(net, address.tensor) === "parameter")
        await this.#again(address, (id, at, rev) => this.#client.edit(id, address, value, at, rev));
      else await this.#own(exampleWith(net, frame, address, value), address);
      return null;
    });
  }

  /** The value of a number at the start of the step that is shown: a change puts another one in its place there. */
  async valueBefore(address: Address): Promise<number | null> {
    const { net } = this.#state;
    const { frame } = realOf(this.#state);
    if (!net || !frame) return null;
    const at = beginningOf(net, frame, address);
    return valueAt(at === frame.t ? frame : await this.#session.moments.frame(at), address);
  }

  /** Step on the data again, and no longer on an own example. */
  backToData(): Promise<void> {
    this.#session.pause();
    return this.#session.act(() => this.#own(null));
  }

  async #own(example: Example | null, of: Changed = null): Promise<void> {
    const { own, sample } = realOf(this.#state);
    if (example && !own) this.#row = sample;
    const row = example ? 0 : this.#row;
    await this.#again(of, (id, at, rev) => this.#client.own(id, example, at, rev), row);
  }

  /** Make a change at the start of the step that is shown, and run the step again up to the moment that is shown. */
  async #again(
    of: Changed,
    make: (id: string, at: number, rev?: number) => Promise<{ session: Head }>,
    row?: number,
  ): Promise<void> {
    const session = this.#session;
    // What is somebody else's is copied first: a copy has other moments.
    await session.own();
    const { net, t, spec } = this.#state;
    const { frame } = realOf(this.#state);
    if (!net || !frame) return;
    const at = changeAt(net, frame);
    const whole = at < t && t === session.reached;
    const change = async () => {
      const changed = await make(session.id, at, session.rev);
      return whole && spec ? this.#keep(spec, changed, t) : changed;
    };
    await session.change(change, { of });
    await session.runTo(t, false, row);
  }

  /** Have the optimizer's numbers that were given at the very end of a step that was made again. */
  async #keep({ optimizer }: Spec, changed: { session: Head }, t: number): Promise<{ session: Head }> {
    const session = this.#session;
    session.take(changed.session);
    await session.advance(t - session.reached);
    const there = await this.#client.session(session.id);
    if (JSON.stringify(there.spec.optimizer) === JSON.stringify(optimizer)) return there;
    return this.#client.settle(session.id, optimizer, t, session.rev);
  }

  /** Train with another number in the optimizer from the moment that is shown on; where that cannot be, in another way. */
  settle(key: string, typed: string): Promise<void> {
    const { spec, catalog } = this.#state;
    const optimizer: Record<string, unknown> = spec?.optimizer ?? {};
    const setting = settingsOf(optimizer, catalog).find((one) => one.key === key);
    const act = async (value: number | null) => {
      const text = value === null || !setting ? null : unfit(value, setting.scale);
      if (text || setting?.value === value) return text;
      await this.tune(withSetting(optimizer, key, value), key);
      return null;
    };
    return this.#typed(key, typed, act, setting?.optional);
  }

  /** The same for any settings of the optimizer, as a part of something that is done. */
  async tune(settings: Record<string, unknown>, of: Changed = null): Promise<void> {
    const session = this.#session;
    const { t, step } = this.#state;
    try {
      await session.change(() => this.#client.settle(session.id, settings, t, session.rev), { of });
      await session.show(t, false, step);
    } catch (error) {
      if (!isUnfit(error) || !this.otherwise) throw error;
      this.otherwise(settings);
    }
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
      // Where it leads is known when its turn has come: what was built, or undone, before it may have led elsewhere.
      const found = way(this.#state.undo, session.here);
      if (!found) return;
      if (found.to.session.id !== session.id) {
        await session.entering(() => this.#enterAgain(way));
        return;
      }
      const { rev, t, sample, of } = found.to;
      await session.change(() => this.#client.restore(session.id, rev, session.rev), found);
      await session.show(Math.min(t, session.reached), false, undefined, undefined, sample);
      await this.#tell(way, of);
    });
  }

  /** Enter the session that was there before or after another was built; one that was not kept is made again. */
  async #enterAgain(way: typeof undone): Promise<void> {
    const session = this.#session;
    await session.settled();
    const found = way(this.#state.undo, session.here);
    if (!found) return;
    const { session: whose, t, sample } = found.to;
    const there = session.made.hasRemoved(whose.id) ? null : await this.#client.session(whose.id).catch(gone);
    const made = there ?? (await this.#client.create({ ...whose.spec }));
    if (!there) session.made.adopt(askedAs(made.session));
    const undo = there ? found.then : without(found.then, whose.id);
    await session.enter(made, t, { preset: whose.preset, sample, undo });
    await this.#tell(way, null);
  }

  /** Have it said what was undone or done again, and what is so now. */
  async #tell(way: typeof undone, of: Changed): Promise<void> {
    const { spec, catalog } = this.#state;
    const setting =
      typeof of === "string" && spec && settingsOf(spec.optimizer, catalog).find(({ key }) => key === of);
    const number = typeof of === "string" || of === null ? null : of;
    const name = setting ? setting.name.toLowerCase() : number && addressText(number);
    const value = setting ? setting.value : number && (await this.valueBefore(number));
    this.#store.set({ restored: { way: way === undone ? "undone" : "redone", name, value } });
  }

  /** Do what somebody typed into a field; what is wrong with it is said there, whoever finds it. */
  #typed(
    field: string,
    typed: string,
    act: (value: number | null) => Promise<string | null>,
    optional = false,
  ): Promise<void> {
    this.#session.pause();
    return this.#session.act(async () => {
      const value = readNumber(typed);
      const given = value !== null || (optional && typed.trim() === "");
      this.#store.set({ wrong: null });
      const text = given ? await act(value).catch(refusal) : common.wantedNumber;
      if (text !== null) this.#store.set({ wrong: { field, text } });
    });
  }
}

/** Nothing, where a session is not there any more. */
function gone(error: unknown): null {
  if (isGone(error)) return null;
  throw error;
}

/** What is so, whether or not something else is tried. */
export function realOf(state: State): Preview["real"] {
  return state.preview?.real ?? state;
}

/** What the server says of a value that it refuses; anything else that goes wrong is not the value's fault. */
function refusal(error: unknown): string {
  if (isUnfit(error)) return error.message;
  throw error;
}

/** Whether the server refuses a value, and not that anything is done. */
export function isUnfit(error: unknown): error is Refused {
  return error instanceof Refused && error.problem.status === UNFIT;
}
