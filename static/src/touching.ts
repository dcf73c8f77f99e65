/**
 * A number under a hand: what would become of it is shown while it is dragged or typed, and one command makes it so
 * at the end. One preview is under way at a time, the newest value is next, and nothing moves the head before the end.
 */

import type { Client } from "./api/client.ts";
import type { Example, Frame } from "./api/types.ts";
import { type Changes, isUnfit, realOf } from "./changes.ts";
import { begun, type Drag, moved, type Pace, type Scale, unfit } from "./core/drag.ts";
import { exampleWith, partOf, scaleOf, wantedTargets } from "./core/example.ts";
import { inRow, type Net } from "./core/net.ts";
import { type Address, addressText, full, valueAt } from "./core/numbers.ts";
import { previewSentence } from "./core/sentence.ts";
import type { Setting } from "./core/settings.ts";
import type { Session } from "./session.ts";
import type { Preview, State, Store } from "./store.ts";

/** What can be taken in the hand: a number of the network or its example, or one of the optimizer. */
export type Handle = { readonly address: Address } | { readonly setting: Setting };

/** What is so while a number is in the hand, and what its value may be. */
interface Ground {
  readonly net: Net;
  readonly frame: Frame;
  readonly real: Preview["real"];
  readonly value: number;
  readonly scale: Scale;
}

/** A number in the hand. The ground is known when all that was under way before has come to its end. */
interface Held {
  readonly handle: Handle;
  readonly key: string;
  readonly typed: boolean;
  ground: Ground | null;
  /** Where it was taken, and where the hand is. */
  readonly from: number;
  hand: { at: number; pace: Pace };
  drag: Drag | null;
  /** The value that the hand means, the one that was last asked about, and what is shown of it. */
  wanted: number | null;
  tried: number | null;
  preview: Preview | null;
  busy: boolean;
}

/** What would be with another value: the frame, and the example that it is of where that stands in no data. */
interface Trial {
  readonly frame: Frame;
  readonly own: Example | null;
}

const UNTRIED = { ground: null, drag: null, wanted: null, tried: null, preview: null, busy: false };

export class Touch {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #changes: Changes;
  #held: Held | null = null;
  #taking: Promise<void> = Promise.resolve();

  constructor(client: Client, store: Store, session: Session, changes: Changes) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#changes = changes;
  }

  get #state(): State {
    return this.#store.state;
  }

  /** The value that the hand means, and the one that there is; null where nothing is in the hand. */
  get meant(): { before: number; value: number } | null {
    const { ground = null, wanted = null } = this.#held ?? {};
    return ground && { before: ground.value, value: wanted ?? ground.value };
  }

  /** Whether a number can be taken in the hand. */
  can({ tensor, index }: Address): boolean {
    const { net, frame } = this.#state;
    if (!net || partOf(net, tensor) === null) return false;
    return valueAt(frame ?? undefined, { tensor, index }) !== null;
  }

  /** Take a number in the hand, which is at `at`. */
  take(handle: Handle, at = 0, typed = false): void {
    this.cancel();
    this.#session.pause();
    const hand = { at, pace: "plain" } as const;
    const key = keyOf(handle);
    const held: Held = { handle, key, typed, from: at, hand, ...UNTRIED };
    this.#held = held;
    this.#store.set({ wrong: null });
    this.#taking = this.#session.act(async () => {
      await this.#session.settled();
      if (this.#held === held) await this.#stand(held);
    }, false);
  }

  /** Learn what is so, and catch up with the hand. */
  async #stand(held: Held): Promise<void> {
    const ground = await this.#ground(held.handle);
    held.ground = ground;
    if (!ground || this.#held !== held) return;
    if (held.typed) void this.#show(held, ground);
    else this.move(held.hand.at, held.hand.pace);
  }

  /** The hand has moved. */
  move(at: number, pace: Pace): void {
    const held = this.#held;
    if (!held) return;
    held.hand = { at, pace };
    const { ground, from } = held;
    if (!ground) return;
    held.drag = moved(held.drag ?? begun(ground.value, ground.scale, from), at, pace);
    this.#want(held, held.drag.value);
  }

  /** Try a value that is typed and not final yet. */
  try(handle: Handle, value: number): void {
    if (!this.#held?.typed || this.#held.key !== keyOf(handle)) this.take(handle, 0, true);
    if (this.#held) this.#want(this.#held, value);
  }

  #want(held: Held, value: number): void {
    held.wanted = value;
    if (held.ground && !held.busy) void this.#show(held, held.ground);
  }

  /** Let go: what is tried becomes so, by one command; where nothing is changed there is none. */
  async drop(): Promise<void> {
    const held = this.#held;
    await this.#taking;
    if (!held || this.#held !== held) return;
    const { ground, wanted, handle } = held;
    if (ground && wanted !== null && wanted !== ground.value) await this.commit(handle, full(wanted));
    else this.cancel();
  }

  /** Make it so. What was tried stays on the page until it is shown what came of it. */
  async commit(handle: Handle, typed: string): Promise<void> {
    const held = this.#held;
    const committing = keyOf(handle);
    this.#held = null;
    this.#store.set({ committing });
    try {
      await ("setting" in handle
        ? this.#changes.settle(handle.setting.key, typed)
        : this.#changes.edit(handle.address, typed));
      this.#restore(held);
    } finally {
      if (this.#state.committing === committing) this.#store.set({ committing: null });
    }
  }

  /** Give it up: everything is as it was. */
  cancel(): void {
    const held = this.#held;
    this.#held = null;
    this.#restore(held);
  }

  #restore(held: Held | null): void {
    const { preview } = this.#state;
    if (preview && preview === held?.preview) this.#store.set({ ...preview.real, preview: null });
  }

  async #ground(handle: Handle): Promise<Ground | null> {
    const { net, catalog, spec } = this.#state;
    const { frame, sample, selected, own, sentence, explained } = realOf(this.#state);
    if (!net || !frame) return null;
    const real = { frame, sample, selected, own, sentence, explained };
    if ("setting" in handle) {
      const { value, scale } = handle.setting;
      return value === null ? null : { net, frame, real, value, scale };
    }
    const value = await this.#changes.valueBefore(handle.address);
    const scale = scaleOf(net, frame, handle.address, wantedTargets(catalog, spec));
    return value === null ? null : { net, frame, real, value, scale };
  }

  /** Show what is meant, and then what is meant by then, until the hand rests. */
  async #show(held: Held, ground: Ground): Promise<void> {
    held.busy = true;
    while (this.#held === held && held.wanted !== null && held.wanted !== held.tried) {
      const value = held.wanted;
      if (unfit(value, ground.scale) !== null) {
        held.tried = value;
        this.#restore(held);
        continue;
      }
      const found = await this.#ask(held, ground, value);
      if (this.#held !== held) break;
      if (!found || !this.#stands(held, ground)) {
        this.cancel();
        break;
      }
      held.tried = value;
      this.#put(held, ground, value, found);
    }
    held.busy = false;
  }

  /** Whether the page still shows what it showed when the number was taken, or what was tried since. */
  #stands({ preview }: Held, { frame }: Ground): boolean {
    const { state } = this.#store;
    return state.preview ? state.preview === preview : state.frame === frame;
  }

  /** What would be with this value; null where that cannot be had, which is said at the number. */
  async #ask(held: Held, ground: Ground, value: number): Promise<Trial | null> {
    const { frame } = ground;
    const { handle, key } = held;
    if ("setting" in handle || value === ground.value) return { frame, own: null };
    const { id } = this.#session;
    const own = ownOf(handle.address, ground, value);
    const would = own ? { sample: own } : { edits: [{ ...handle.address, value }] };
    try {
      return { own, frame: await this.#client.preview(id, would, frame.t) };
    } catch (error) {
      if (id !== this.#session.id) return null; // it has been left, and with it the number
      if (this.#held === held) this.#store.set({ wrong: { field: key, text: (error as Error).message } });
      const tell = async () => {
        if (this.#stands(held, ground)) throw error;
      };
      if (!isUnfit(error)) void this.#session.act(tell, false);
      return null;
    }
  }

  /** Put on the page what would be. */
  #put(held: Held, ground: Ground, value: number, { frame, own }: Trial): void {
    const { net, real, value: before } = ground;
    if (value === before) {
      this.#restore(held);
      return;
    }
    const { handle, key, typed } = held;
    const row = own ? 0 : real.sample;
    const selected = real.selected && inRow(net, real.selected, row);
    const address = "setting" in handle ? null : inRow(net, handle.address, row);
    const name = "setting" in handle ? handle.setting.name : key;
    const instead = own ?? real.own;
    held.preview = { key, address, before, value, typed, own: instead, real };
    this.#store.set({
      preview: held.preview,
      frame,
      sample: row,
      selected,
      own: instead,
      sentence: previewSentence(net, { name, address, before, value }, ground.frame, frame),
      explained: frame === ground.frame ? real.explained : null,
    });
  }
}

/** What a handle's number is called where it is spoken of, as in `State.wrong`. */
export function keyOf(handle: Handle): string {
  return "setting" in handle ? handle.setting.key : addressText(handle.address);
}

/** The example that would be stepped on, where it is one of its numbers that is changed. */
function ownOf(address: Address, { net, frame }: Ground, value: number): Example | null {
  return partOf(net, address.tensor) === "parameter" ? null : exampleWith(net, frame, address, value);
}
