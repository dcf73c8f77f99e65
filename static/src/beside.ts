/**
 * Holds another run beside the page's: a session of its own that goes wherever the page goes. It runs on when it is
 * behind and is read when it is ahead; the page's own session is never touched. What is drawn of it is in `shown`.
 */

import { askedAs, type Client, type Created } from "./api/client.ts";
import { Refused } from "./api/requests.ts";
import type { Frame, ScheduledTick } from "./api/types.ts";
import { difference, type Held, matching, withoutSlopes } from "./core/beside.ts";
import { batchOf, type Net } from "./core/net.ts";
import { startMaps } from "./mapfeed.ts";
import { type Clock, Motion } from "./motion.ts";
import { Session } from "./session.ts";
import { INITIAL, type State, Store } from "./store.ts";
import * as say from "./strings/beside.ts";

/** Ticks that are run at once where the other run is far behind: between them the page may have gone elsewhere. */
const AT_ONCE = 20_000;
const NOT_THERE = "moment_not_reached";

/** Where the page is. */
interface Wanted {
  readonly t: number;
  readonly step: number;
  readonly schedule: readonly ScheduledTick[];
}

/** A motion that ends when the page's does. */
class InStep extends Motion {
  readonly #page: Motion;

  constructor(clock: Clock, page: Motion) {
    super(clock, () => false);
    this.#page = page;
  }

  override go(from: number, to: number): void {
    super.go(from, to, this.#page.left);
  }
}

export class Beside {
  /** The other run as it is drawn: its own state, with what is lit and chosen on the page. */
  readonly shown = new Store();
  readonly motion: Motion;
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #page: { readonly store: Store; readonly session: Session };
  readonly #store = new Store();
  readonly #session: Session;
  #wanted: Wanted | null = null;
  /** Whether it could not go there. */
  #inVain = false;
  /** Whether the page has been in the very run that is held, which it may have changed. */
  #entered = false;
  readonly #differences = new WeakMap<Frame, { of: Frame; made: Frame }>();
  #plain: { of: Net; made: Net } | null = null;

  constructor(client: Client, store: Store, session: Session, motion: Motion, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
    this.#page = { store, session };
    this.motion = new InStep(clock, motion);
    this.#session = new Session(client, this.#store, this.motion, clock);
  }

  /** Go along with the page whenever a run is held; the answer stops that. */
  start(): () => void {
    const disposals = [
      this.#page.store.watch(() => {
        this.#follow();
        this.#show();
      }),
      this.#store.watch(() => {
        this.#follow();
        this.#show();
      }),
      startMaps(this.#client, this.#store, this.#clock),
    ];
    return () => disposals.forEach((dispose) => dispose());
  }

  /** By which id the other run is asked for. */
  get id(): string {
    return this.#session.id;
  }

  /** The other run as it is. */
  get other(): State {
    return this.#store.state;
  }

  // Choosing

  /** Hold a copy of the page's run, which begins where that began, with the same parameters and the present settings. */
  keep(): Promise<void> {
    return this.#session.enterBy(async () => {
      const copy = await this.#copy();
      const id = askedAs(copy.session);
      this.#session.made.adopt(id);
      this.#session.made.drop(id);
      await this.#enter(copy, null);
    });
  }

  /** Of a run whose beginning is not there, a copy begins at the moment that is shown. */
  async #copy(): Promise<Created> {
    const { spec, t } = this.#page.store.state;
    const { id } = this.#page.session;
    try {
      return await this.#client.fork(id, { at: 0, ...(spec && { spec: { optimizer: spec.optimizer } }) });
    } catch (error) {
      if (!isNotThere(error)) throw error;
      return this.#client.fork(id, { at: t });
    }
  }

  /** Hold an earlier session. */
  hold(id: string): Promise<void> {
    return this.#session.enterBy(async () => this.#enter(await this.#client.session(id), id));
  }

  /** Hold nothing any more. */
  letGo(): Promise<void> {
    this.#page.store.set({ beside: null });
    return this.#session.close();
  }

  /** Show the other run as it is, or what this one has more than it. */
  as(manner: Held["manner"]): void {
    const { beside } = this.#page.store.state;
    if (beside) this.#page.store.set({ beside: { ...beside, manner } });
  }

  async #enter(created: Created, id: string | null): Promise<void> {
    await this.#session.enter(created, created.session.t);
    // Nothing is asked about here: an explanation a moment is saved.
    this.#store.set({ selected: null, explained: null });
    this.#entered = false;
    this.#wanted = null;
    const manner = this.#page.store.state.beside?.manner ?? "run";
    this.#page.store.set({ beside: { id, manner } });
  }

  // Going along

  #follow(): void {
    const { beside, net, frame, t, step, head } = this.#page.store.state;
    const { head: other, notice } = this.#store.state;
    if (!beside || !net || !frame || !other) return;
    if (head?.view_id === other.view_id) {
      this.#entered = true;
      this.#wanted = null;
      this.#say(say.thisVeryRun);
      return;
    }
    if (this.#entered) {
      this.#entered = false;
      void this.hold(this.id);
      return;
    }
    const { schedule } = net;
    const last = this.#wanted;
    // What it said of why it could not go there is gone when it can.
    const again = this.#inVain && notice === null;
    if (!again && last?.t === t && last.step === step && last.schedule === schedule) return;
    const wanted = (this.#wanted = { t, step, schedule });
    this.#inVain = false;
    // Nobody asks for it here: when the server is back, the page may have gone on to where it is wanted then.
    const go = () =>
      this.#goTo(wanted).catch((error: unknown) => {
        this.#inVain = wanted === this.#wanted;
        throw error;
      });
    void this.#session.act(go, false);
  }

  /** Go to a moment of the page, unless another is wanted by now. */
  async #goTo(wanted: Wanted): Promise<void> {
    const { net } = this.#store.state;
    if (wanted !== this.#wanted || !net) return;
    const t = matching(wanted.schedule, wanted.t, net.schedule);
    if (!(await this.#runTo(t, net, wanted))) return;
    if (!(await this.#isThere(t))) return;
    await this.#session.show(t, true, wanted.step);
    this.#store.set({ notice: null });
  }

  /** Run on as far as `t`, to the end of that step at once so that playing need not wait; false where that cannot be. */
  async #runTo(t: number, { schedule }: Net, wanted: Wanted): Promise<boolean> {
    const session = this.#session;
    const ticks = schedule.length;
    const end = Math.ceil(t / ticks) * ticks;
    while (session.reached < t) {
      const { head } = this.#store.state;
      if (head?.status === "diverged" && session.reached % ticks === 0) {
        const last = session.reached / ticks - 1;
        this.#say(say.diverged(last));
        return false;
      }
      const left = end - session.reached;
      if (left > AT_ONCE) this.#say(say.catchesUp(head?.step ?? 0));
      await session.advance(Math.min(left, AT_ONCE));
      if (wanted !== this.#wanted) return false;
    }
    return true;
  }

  async #isThere(t: number): Promise<boolean> {
    try {
      await this.#session.moments.frame(t);
      return true;
    } catch (error) {
      if (!isNotThere(error)) throw error;
      this.#say(say.noSuchMoment);
      return false;
    }
  }

  #say(text: string): void {
    if (this.#store.state.notice?.text !== text) this.#store.set({ notice: { kind: "news", text } });
  }

  // Showing

  /** Whether the other run is where the page is. */
  get inStep(): boolean {
    const { net, t, frame } = this.#page.store.state;
    const { net: other, t: there, frame: found } = this.#store.state;
    return Boolean(net && other && frame && found && matching(net.schedule, t, other.schedule) === there);
  }

  #show(): void {
    const { beside, lit, selected, traced, unfolded, sample } = this.#page.store.state;
    const other = this.#store.state;
    if (!beside) {
      const { net, notice } = this.shown.state;
      if (net || notice !== other.notice) this.shown.set({ ...INITIAL, notice: other.notice });
      return;
    }
    if (!this.inStep) {
      this.shown.set({ notice: other.notice });
      return;
    }
    const rows = batchOf(other.net, other.frame);
    const drawn = beside.manner === "difference" ? this.#lessOf(other) : {};
    const linked = { lit, selected, traced, unfolded, sample: Math.min(sample, rows - 1) };
    this.shown.set({ ...other, ...linked, ...drawn });
  }

  /** What is drawn of the differences. */
  #lessOf({ t, net }: State): Partial<State> {
    if (net && this.#plain?.of !== net) this.#plain = { of: net, made: withoutSlopes(net) };
    return { frame: this.frameAt(t) ?? null, net: this.#plain?.made ?? null };
  }

  /** The frame that is drawn of a moment of the other run. */
  readonly frameAt = (t: number): Frame | undefined => {
    const { beside, net, frame } = this.#page.store.state;
    const { net: otherNet, t: present } = this.#store.state;
    const other = this.#session.moments.known(t);
    if (beside?.manner !== "difference" || !other || !net || !otherNet) return other;
    const at = () => matching(otherNet.schedule, t, net.schedule);
    const own = t === present ? frame : this.#page.session.moments.known(at());
    return own ? this.#less(own, other) : undefined;
  };

  #less(own: Frame, other: Frame): Frame {
    const known = this.#differences.get(other);
    if (known?.of === own) return known.made;
    const made = difference(own, other);
    this.#differences.set(other, { of: own, made });
    return made;
  }
}

function isNotThere(error: unknown): boolean {
  return error instanceof Refused && error.problem.code === NOT_THERE;
}
