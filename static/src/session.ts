/**
 * The one who moves: takes a session through time for the page. The head is the server's, the cursor `t` is this
 * tab's; the head may be ahead. Every way of moving ends in `show`, so a moment looks the same however it was reached.
 */

import { askedAs, type Client, type Created } from "./api/client.ts";
import type { Frame, Head, Spec } from "./api/types.ts";
import { layersOf, same, unedited } from "./core/build.ts";
import { batchOf, exampleOf, hasNumber, lastTick, type Net, readNet } from "./core/net.ts";
import type { Address } from "./core/numbers.ts";
import { after, before, isSwift, larger, type StepSize } from "./core/stepping.ts";
import { changed, type Changed, NOTHING, type Place, type Undo } from "./core/undo.ts";
import { WHOLE } from "./core/zoom.ts";
import { Made } from "./made.ts";
import { Mending } from "./mending.ts";
import { Moments } from "./moments.ts";
import type { Clock, Motion } from "./motion.ts";
import { Playing } from "./playing.ts";
import type { State, Store } from "./store.ts";
import * as say from "./strings/session.ts";
import { Waiting } from "./waiting.ts";

/** Ticks whose writes are asked for at once; more are run without looking. */
const WATCHED = 400;

type Kept = Partial<State> | ((net: Net, frame: Frame) => Partial<State>);

export class Session {
  readonly moments: Moments;
  readonly made: Made;
  readonly #client: Client;
  readonly #store: Store;
  readonly #motion: Motion;
  readonly #playing: Playing;
  readonly #mending: Mending;
  readonly #waiting: Waiting;
  /** One command after the other: each waits for the one before. */
  #queue: Promise<unknown> = Promise.resolve();
  #seeks = 0;
  /** Told of a session that was worked on when another is entered in its place. */
  onLeave: (left: State) => void = () => undefined;

  constructor(client: Client, store: Store, motion: Motion, clock: Clock) {
    this.#client = client;
    this.#store = store;
    this.#motion = motion;
    this.moments = new Moments(client, store);
    this.made = new Made(client);
    this.#playing = new Playing(this, store, clock);
    this.#mending = new Mending(client, store, this, clock);
    this.#waiting = new Waiting(store, clock);
  }

  get #state(): State {
    return this.#store.state;
  }

  /** By which id the session is asked for: its own, or its view's, through which it can only be looked at. */
  get id(): string {
    return askedAs(this.#state.head);
  }

  /** How far the session has run, as far as is known here. */
  get reached(): number {
    return this.#state.head?.t ?? 0;
  }

  // Opening

  /** Make a new session of an example and show its beginning. */
  open(preset: string): Promise<void> {
    return this.enterBy(async () => {
      const made = await this.#client.create({ preset });
      this.made.adopt(askedAs(made.session));
      await this.enter(made, 0, { preset });
    });
  }

  #leave(left: State): void {
    const { head } = left;
    if (!head?.id || head.id === this.#state.head?.id) return;
    if (!this.made.leave(head, head.id)) this.onLeave(left);
  }

  /** Show the session of this id at the moment `t`, or at its head. */
  follow(id: string, t = Infinity, kept: Kept = {}): Promise<void> {
    return this.enterBy(async () => {
      const made = await this.#client.session(id);
      await this.enter(made, t, kept);
      this.#store.set({ preset: await this.presetOf(made.spec) });
    });
  }

  /** The example that a session was made from, as its name and its widths tell. */
  async presetOf(spec: Spec): Promise<string | null> {
    const { presets } = this.#state.catalog ?? (await this.#client.catalog());
    const widths = (of: Record<string, unknown>) => layersOf(of).map(({ units }) => units);
    const found = presets.find((one) => one.title === spec.name && same(widths(one.spec), widths(spec)));
    return found?.name ?? null;
  }

  /** Enter a session in some way, which may be given up; when the server is away, as soon as it is back. */
  enterBy(enter: () => Promise<void>, giveUp?: () => void): Promise<void> {
    this.pause();
    return this.act(() => this.entering(enter), true, giveUp);
  }

  /** The same as a part of something that is done. */
  entering(enter: () => Promise<void>): Promise<void> {
    let left: State | null = null;
    return this.#mending.finish(async () => {
      left ??= this.#state;
      await enter();
      this.#seeks++; // those that wait were for a moment of the session before
      this.#leave(left);
    });
  }

  /** Leave the session, and enter none. */
  close(): Promise<void> {
    return this.enterBy(async () => {
      await this.settled();
      this.#store.set({ ...this.#forget(), head: null, spec: null, net: null, frame: null, notice: null });
    });
  }

  /**
   * Take a session in the place of the one before, and show its moment `at`, or that which it has next to it. What is
   * `kept` may be told when that is done.
   */
  async enter(
    { session, spec, first, sample: own = null }: Created,
    at: number,
    kept: Kept = {},
  ): Promise<void> {
    await this.settled();
    const id = askedAs(session);
    const t = Math.max(first, Math.min(at, session.t));
    const [graph, frame] = await Promise.all([this.#client.graph(id), this.#client.frame(id, t)]);
    const net = readNet(graph);
    const forgotten = this.#forget();
    this.moments.put(frame);
    const weights = net.layers.at(-1)?.weights;
    const selected = weights ? { tensor: weights, index: [0, 0] } : null;
    const fresh = {
      selected,
      way: [],
      sample: 0,
      explained: null,
      frame: null,
      notice: null,
      unfolded: false,
      zoom: WHOLE,
      undo: NOTHING,
      restored: null,
      run: null,
      building: same(this.#state.spec, spec) ? this.#state.building : unedited(this.#state.building),
    };
    const given = typeof kept === "function" ? kept(net, frame) : kept;
    const asked = given.selected && hasNumber(net, given.selected) ? given.selected : selected;
    this.#store.note({
      ...forgotten,
      head: session,
      first,
      spec,
      own,
      net,
      t,
      ...fresh,
      ...given,
      selected: asked,
    });
    await this.show(t, false);
  }

  // Moving

  play(): void {
    this.#playing.begin();
  }

  pause(): void {
    this.#playing.end();
  }

  /** One step of the chosen size forward (or of the next larger): read if the head is ahead, else advance. */
  step(wide = false): Promise<void> {
    this.pause();
    const size = this.#size(wide);
    return this.act(() => this.forward(size));
  }

  stepBack(wide = false): Promise<void> {
    this.pause();
    const size = this.#size(wide);
    return this.act(async () => {
      const { net, head, first, t } = this.#state;
      if (!net || !head) return;
      await this.show(Math.max(first, before(net.schedule, head.steps_per_epoch, size, t)), true);
    });
  }

  /**
   * Look at a moment up to the head, in the step that is laid out; of several that wait only the last is gone to, and none
   * any more in another session.
   */
  seek(t: number, step?: number): Promise<void> {
    this.pause();
    const seek = ++this.#seeks;
    return this.act(async () => {
      if (seek !== this.#seeks) return;
      const there = Math.max(this.#state.first, Math.min(t, this.reached));
      await this.show(there, false, there === t ? step : undefined);
    });
  }

  /** Put the session back to its beginning: a rewind, which the log keeps. */
  reset(): Promise<void> {
    this.pause();
    return this.act(async () => {
      await this.settled();
      const { first } = this.#state;
      if (this.reached > first) await this.change(() => this.#client.rewind(this.id, first, this.rev));
      await this.show(first, false);
    });
  }

  /** Put the head back to the moment that is shown, so that the next step goes another way from there. */
  goOnFromHere(): Promise<void> {
    this.pause();
    return this.act(async () => {
      const { t, step } = this.#state;
      await this.settled();
      if (this.reached > t) await this.change(() => this.#client.rewind(this.id, t, this.rev));
      await this.show(t, false, step);
    });
  }

  #size(wide: boolean): StepSize {
    return wide ? larger(this.#state.size) : this.#state.size;
  }

  async forward(size: StepSize): Promise<void> {
    const { net, head, t } = this.#state;
    if (!net || !head) return;
    const target = after(net.schedule, head.steps_per_epoch, size, t);
    if (target > this.reached) await this.ahead;
    if (target > this.reached) await this.own();
    if (target > this.reached) await this.advance(target - this.reached);
    await this.show(Math.min(target, this.reached), true);
  }

  /** Let the head run `ticks` ticks, and keep the frames that come of it. */
  async advance(ticks: number): Promise<void> {
    const { past } = this.#state;
    const wanted = isSwift(this.#state) ? "frame" : ticks <= WATCHED ? "ticks" : "none";
    const { session, ticks: records, frame } = await this.#client.advance(this.id, ticks, wanted, this.rev);
    this.take(session);
    if (past !== this.#state.past) return; // they are of a history that is not the present one
    if (frame) this.moments.put(frame);
    await this.moments.fold(records ?? []);
  }

  /** Let the head come at least as far as `t`, and show that moment, of its batch the row where one is given. */
  async runTo(t: number, moving = false, row?: number): Promise<void> {
    if (t > this.reached) await this.advance(t - this.reached);
    await this.show(t, moving, undefined, undefined, row);
  }

  // Changing: what is changed, and how it is undone, is told by `Changes`

  /** Make a change that can be undone. The moments after it are other ones than before, and so may be the settings. */
  async change(
    make: () => Promise<{ session: Head }>,
    { of = null, then }: { of?: Changed; then?: Undo } = {},
  ): Promise<void> {
    await this.settled();
    await this.own();
    const here = { ...this.here, of };
    this.#store.set({ changing: true });
    try {
      this.take((await make()).session);
      this.#store.set({ undo: then ?? changed(this.#state.undo, here), restored: null });
      await this.renew();
    } finally {
      this.#store.set({ changing: false });
    }
  }

  /**
   * Through somebody's view a session can only be looked at: whoever is about to change it gets a copy of their own,
   * from the moment that is shown.
   */
  async own(): Promise<void> {
    const { head } = this.#state;
    if (!head || head.id !== undefined) return;
    await this.copy({});
    this.#store.set({ notice: { kind: "news", text: say.copied } });
  }

  /** Enter a copy of the session, from the moment that is shown: of the history as it is, or as it was at a revision. */
  async copy({ rev }: { rev?: number | undefined }): Promise<void> {
    const { t, selected, sample, unfolded, zoom, preset } = this.#state;
    const copied = await this.#client.fork(this.id, { at: t, ...(rev === undefined ? {} : { at_rev: rev }) });
    await this.enter(copied, copied.session.t, { selected, sample, unfolded, zoom });
    this.#store.set({ preset });
  }

  /** The revision that is known, which every change is made at, and the moment that is shown. */
  get here(): Place {
    const { t, sample, preview, spec, preset } = this.#state;
    const session = { id: this.id, spec, preset };
    return { session, rev: this.rev ?? 0, t, sample: preview?.real.sample ?? sample, of: null };
  }

  get rev(): number | undefined {
    return this.#state.head?.rev;
  }

  /** Ask for head and spec anew, and forget the moments of a history that is not the present one. */
  async renew(): Promise<void> {
    const { session, spec, sample: own = null } = await this.#client.session(this.id);
    const forgotten = this.#forget();
    this.take(session);
    this.#store.set({ ...forgotten, spec, own });
  }

  /** Forget the moments that were fetched; the answer is what of the state goes with them. */
  #forget(): Partial<State> {
    this.moments.forget();
    return { wrong: null, past: this.#state.past + 1 };
  }

  // Showing

  /** Believe an answer about the head, unless a later one came first or another session has been entered. */
  take(head: Head): void {
    const known = this.#state.head;
    if (known?.view_id !== head.view_id || head.rev < known.rev) return;
    this.#store.setSoon({ head });
  }

  /** What is being run before it is needed. */
  get ahead(): Promise<void> | null {
    return this.#playing.ahead;
  }

  /** Wait until what was fetched ahead has come. */
  settled(): Promise<void> {
    return this.#playing.settled();
  }

  /** Show the moment `t`: the sentence and the numbers at once, then the motion that leads there. */
  async show(
    t: number,
    moving: boolean,
    step?: number,
    asked = this.#state.selected,
    row = this.#state.sample,
  ): Promise<void> {
    const { net, t: from } = this.#state;
    if (!net) return;
    const { frame, sample, selected, sentence, explained } = await this.moments.seen(net, t, asked, row);
    const { preview, own } = this.#state;
    const begun = lastTick(net, frame) ? t - 1 : t;
    const shownStep = step ?? Math.floor(begun / net.schedule.length);
    this.#store.set({
      t,
      frame,
      preview: null,
      own: preview && own === preview.own ? preview.real.own : own,
      step: shownStep,
      sample,
      selected,
      sentence,
      explained,
    });
    const near =
      !isSwift(this.#state) && Math.abs(t - from) <= net.schedule.length && this.moments.has(from, t);
    this.#motion.go(moving && near ? from : t, t, this.#pace());
  }

  /** How long a motion may last: at most 400 ms, less when playing fast. */
  #pace(): number {
    return this.#state.playing ? Math.min(400, 700 / this.#state.speed) : 400;
  }

  // Asking

  /** Ask how a number came to be. */
  select(address: Address): Promise<void> {
    return this.act(async () => {
      const { t, step, net, sample } = this.#state;
      if (!net || !hasNumber(net, address)) return; // another network has been entered meanwhile
      this.#store.set({ wrong: null, sample: exampleOf(net, address) ?? sample });
      await this.show(t, false, step, address);
    });
  }

  /** Show another example of the batch. */
  choose(sample: number): Promise<void> {
    return this.act(() => this.#choose(sample));
  }

  /** Show the example so many rows further on in the batch, if it has that. */
  chooseFurther(by: number): Promise<void> {
    return this.act(async () => {
      const { net, frame, sample } = this.#state;
      if (sample + by >= 0 && sample + by < batchOf(net, frame)) await this.#choose(sample + by);
    });
  }

  async #choose(sample: number): Promise<void> {
    await this.show(this.#state.t, false, this.#state.step, this.#state.selected, sample);
  }

  /**
   * Do one thing after the other. What goes wrong is said, and what can be mended is mended. What the learner `asked`
   * for and got is an answer to what was refused before.
   */
  act(work: () => Promise<void>, asked = true, giveUp?: () => void): Promise<void> {
    const result = this.#queue.then(async () => {
      const wanted = asked ? { work, head: this.#state.head } : undefined;
      try {
        await work();
        if (!asked) return;
        this.#mending.wentOn();
        if (this.#state.notice?.kind === "refused") this.#store.set({ notice: null });
      } catch (error) {
        await this.#mending.failed(error, this.#state.playing, wanted);
      }
    });
    this.#queue = result.catch(() => undefined);
    if (asked) this.#waiting.follow(result, giveUp);
    return result;
  }

  /** Go along with what the server says of the session by itself. */
  moved(head: Head): void {
    this.#mending.moved(head);
  }
}
