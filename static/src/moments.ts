/** What the page shows at each moment of a session: frame, sentence, explanation. What is known is not asked for again. */

import { askedAs, type Client } from "./api/client.ts";
import type { Frame, TickRecord, WireNumber } from "./api/types.ts";
import { batchOf, inRow, lastTick, type Net } from "./core/net.ts";
import type { Address } from "./core/numbers.ts";
import { hurried } from "./core/sentence.ts";
import { isSwift } from "./core/stepping.ts";
import { Tape } from "./core/tape.ts";
import { windowsFor, withWindow } from "./core/windows.ts";
import type { State, Store } from "./store.ts";
import { Telling } from "./telling.ts";

export class Moments {
  readonly #client: Client;
  readonly #store: Store;
  readonly #telling: Telling;
  readonly #tape = new Tape();
  /** The frames that are on their way. */
  readonly #coming = new Map<number, Promise<Frame>>();

  constructor(client: Client, store: Store) {
    this.#client = client;
    this.#store = store;
    this.#telling = new Telling(client);
  }

  get #state(): State {
    return this.#store.state;
  }

  get #id(): string {
    return askedAs(this.#state.head);
  }

  /** Forget all of them: they are of a history that is not the present one. */
  forget(): void {
    this.#tape.clear();
    this.#coming.clear();
    this.#telling.forget();
  }

  put(frame: Frame): void {
    this.#tape.put(frame);
  }

  /** Take in what ticks wrote; where the frame before is not known, the frame itself is asked for. */
  async fold(records: readonly TickRecord[]): Promise<void> {
    const schedule = this.#state.net?.schedule ?? [];
    for (const record of records) if (!this.#tape.fold(record, schedule)) await this.frame(record.t);
  }

  /** The frame of a moment, if it is at hand. */
  known(t: number): Frame | undefined {
    return this.#tape.get(t);
  }

  /** Whether every frame from one moment to another is at hand. */
  has(from: number, to: number): boolean {
    for (let t = Math.min(from, to); t <= Math.max(from, to); t++) if (!this.known(t)) return false;
    return true;
  }

  /** The frame of a moment up to the head. */
  async frame(t: number): Promise<Frame> {
    const known = this.known(t) ?? this.#coming.get(t);
    if (known) return known;
    const { past } = this.#state;
    const coming = this.#client.frame(this.#id, t);
    this.#coming.set(t, coming);
    try {
      const frame = await coming;
      if (past === this.#state.past) this.put(frame);
      return frame;
    } finally {
      if (this.#coming.get(t) === coming) this.#coming.delete(t);
    }
  }

  /** All that the page shows at a moment, with the number and the row that are asked for. */
  async seen(net: Net, t: number, asked: Address | null, row: number) {
    const { frame, sample, selected } = await this.#at(net, t, asked, row);
    if (isSwift(this.#state))
      return { frame, sample, selected, sentence: hurried(net, frame), explained: null };
    const [sentence, explained] = await Promise.all([
      this.#telling.tell(this.#id, net, t, frame, selected, sample),
      selected ? this.#telling.explain(this.#id, selected, t, frame) : null,
    ]);
    return { frame, sample, selected, sentence, explained };
  }

  /** Have at hand what is shown at a moment up to the head. */
  async foresee(t: number): Promise<void> {
    const { net, selected, sample, head } = this.#state;
    if (net && head && t <= head.t) await this.seen(net, t, selected, sample);
  }

  /** What a picture of a moment up to the head shows. */
  async still(net: Net, t: number) {
    const { before, ...shown } = await this.#at(net, t, this.#state.selected, this.#state.sample);
    const { frame, selected, sample } = shown;
    const sentence = await this.#telling.tell(this.#id, net, t, frame, selected, sample);
    return { ...shown, before, t, sentence };
  }

  /** The frame of a moment, with the one before it at hand, and the row and the number there that are asked for. */
  async #at(net: Net, t: number, asked: Address | null, row: number) {
    const found = await this.frame(t);
    const sample = Math.min(row, batchOf(net, found) - 1);
    const selected = asked && inRow(net, asked, sample);
    if (isSwift(this.#state)) return { frame: found, before: null, sample, selected };
    const near = async (frame: Frame) => this.#widened(net, frame, selected, sample);
    // To where a copy begins no tick has led, and there is no moment before it.
    const before = lastTick(net, found) ? await near(await this.frame(t - 1)) : null;
    return { frame: await near(this.known(t) ?? found), before, sample, selected };
  }

  /** The frame with what is looked at of tensors that do not come whole. */
  async #widened(net: Net, frame: Frame, selected: Address | null, sample: number): Promise<Frame> {
    const windows = windowsFor(net, frame, selected, sample);
    if (!windows.length) return frame;
    const { past } = this.#state;
    const tensors = { ...frame.tensors };
    await Promise.all(
      windows.map(async (window) => {
        const { values } = await this.#client.window(this.#id, window, frame.t);
        const tensor = tensors[window.tensor];
        if (tensor) tensors[window.tensor] = withWindow(tensor, window, values as WireNumber[][]);
      }),
    );
    if (past === this.#state.past) this.#tape.widen(frame.tensors, tensors);
    return { ...frame, tensors };
  }
}
