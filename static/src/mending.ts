/**
 * Sees to a session that is not where the page thought: the server was away or has lost it, or somebody else has moved it.
 */

import { askedAs, type Client } from "./api/client.ts";
import { GivenUp, Refused, Unreachable } from "./api/requests.ts";
import type { Head } from "./api/types.ts";
import { stillThere } from "./core/link.ts";
import { NOTHING } from "./core/undo.ts";
import type { Clock } from "./motion.ts";
import type { Session } from "./session.ts";
import type { Notice, Store } from "./store.ts";
import * as say from "./strings/session.ts";

const STALE = "stale_revision";
const RETRY = 700;
/** Ticks that are run at once where a session is made again. */
const AT_ONCE = 20_000;

/** Something that the learner asked for, and where the session stood then. */
interface Wanted {
  readonly work: () => Promise<void>;
  readonly head: Head | null;
}

export class Mending {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #clock: Clock;
  /** The entering or mending of a session that has not come to its end: done again when the server is back. */
  #unfinished: (() => Promise<void>) | null = null;
  /** What put an end to one. It is not mended: that would be about the session before. */
  #final: unknown = null;
  #recovering = false;
  /** What the learner asked for first while the server was away, and whether it has been tried again. */
  #undone: (Wanted & { again?: boolean }) | null = null;
  /** Whether anything else was asked for that is not done: it was not the first, or the learner has gone on since. */
  #skipped = false;
  /** Whether it is to be played when the server is back. */
  #plays = false;
  /** What the server has said of the head by itself, and nobody has looked at yet. */
  #newest: Head | null = null;
  /** The session of which it was said that others move it too. */
  #saidFollowing = "";
  /** What was asked where somebody else was faster. */
  #question: Notice | null = null;

  constructor(client: Client, store: Store, session: Session, clock: Clock) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#clock = clock;
  }

  /** Do what is done again from its beginning if the server goes away meanwhile. */
  async finish(work: () => Promise<void>): Promise<void> {
    this.#unfinished = work;
    try {
      await work();
      this.#unfinished = null;
      this.#forget(); // it was about the session before
    } catch (error) {
      if (!(error instanceof Unreachable)) [this.#unfinished, this.#final] = [null, error];
      throw error;
    }
  }

  /** Say what went wrong, and mend it where that can be done. Throws what is neither a refusal nor a silence. */
  async failed(error: unknown, playing: boolean, wanted?: Wanted): Promise<void> {
    this.#session.pause();
    if (error instanceof Unreachable) {
      if (playing) this.#plays = true;
      else if (wanted && !this.#unfinished) {
        if (this.#undone) this.#skipped = true;
        else this.#undone = wanted;
      }
      this.#store.set({ notice: { kind: "offline", text: say.unreachable } });
      void this.#recover();
      return;
    }
    this.#forget();
    if (error instanceof GivenUp) {
      this.#store.set({ notice: { kind: "news", text: say.gaveUp } });
      return;
    }
    if (!(error instanceof Refused)) {
      this.#store.set({}); // what was noted until now is told
      throw error;
    }
    if (error.problem.code === STALE && this.#store.state.head?.status === "running") {
      await this.#afterRun(playing, wanted);
      return;
    }
    const mend = error === this.#final ? undefined : this.#mendings[error.problem.code];
    if (!mend) {
      const { code, detail: text } = error.problem;
      this.#store.set({ notice: { kind: "refused", text, code } });
      return;
    }
    await this.finish(mend).then(
      () => playing && !this.#asks && this.#session.play(),
      (again: unknown) => this.failed(again, playing),
    );
  }

  /** What helps against a refusal, by its code. */
  readonly #mendings: Partial<Record<string, () => Promise<void>>> = {
    session_not_found: () => this.#rebuild(say.notThere),
    session_expired: () => this.#rebuild(say.gaveWay),
    moment_not_reached: () => this.#look(say.rewound),
    [STALE]: async () => this.#conflict(),
  };

  /** Wait until the server answers again, then go on where the learner was. */
  async #recover(): Promise<void> {
    if (this.#recovering) return;
    this.#recovering = true;
    do await this.#clock.wait(RETRY);
    while (!(await this.#client.alive()));
    this.#recovering = false;
    const unfinished = this.#unfinished;
    await this.#session.act(() => (unfinished ? this.finish(unfinished) : this.#resume()), false);
    if (!this.#plays || this.#store.state.notice?.kind === "offline") return;
    this.#plays = false;
    this.#session.play();
  }

  /**
   * Do what was asked for while the server was away: the first of it, once, and only where the session still stands as it
   * did. What may have been done already, with the answer lost, is not done again.
   */
  async #resume(): Promise<void> {
    const undone = this.#undone;
    const unmoved = undone !== null && (await this.#standsAt(undone.head));
    if (unmoved && !undone.again) {
      undone.again = true;
      await undone.work();
      const text = this.#skipped ? say.onlyTheFirst : null;
      if (text !== null || this.#store.state.notice?.kind === "offline")
        this.#store.set({ notice: text === null ? null : { kind: "news", text } });
    } else if (undone && !unmoved) await this.#look(say.perhapsDone);
    else await this.#look(undone || this.#skipped ? say.notDone : undefined);
    this.#forget();
  }

  async #standsAt(head: Head | null): Promise<boolean> {
    const { session } = await this.#client.session(this.#session.id);
    return session.view_id === head?.view_id && session.rev === head.rev;
  }

  /** The learner has gone on: what was asked for before that is not wanted any more. */
  wentOn(): void {
    this.#plays = false;
    if (this.#undone) this.#skipped = true;
    this.#undone = null;
  }

  #forget(): void {
    this.#undone = null;
    this.#skipped = false;
  }

  /** See how far the session has come, and show the moment that was shown, or the last before it. */
  async #look(news?: string): Promise<void> {
    const { t } = this.#store.state;
    await this.#session.renew();
    await this.#session.show(Math.min(t, this.#session.reached), false);
    this.#store.set({ notice: news === undefined ? null : { kind: "news", text: news } });
  }

  /**
   * A run has moved the session, and nobody else: when this page last heard of it, it was under way, and it has ended since.
   * What was asked for is done from where that was.
   */
  async #afterRun(playing: boolean, wanted?: Wanted): Promise<void> {
    try {
      await this.#goAlong((await this.#client.session(this.#session.id)).session);
      if (playing) this.#session.play();
      else await wanted?.work();
    } catch (error) {
      await this.failed(error, playing);
    }
  }

  /** A change was refused because somebody else was faster: nothing here moves until the learner has chosen. */
  #conflict(): void {
    this.#question = { kind: "news", text: say.conflict, actions: this.#ways };
    this.#store.set({ notice: this.#question });
  }

  /** Whether the learner has not chosen yet. */
  get #asks(): boolean {
    const { notice } = this.#store.state;
    return notice !== null && notice === this.#question;
  }

  /** What one can do where somebody else moves the session too: go along, or keep what is shown as a copy. */
  get #ways(): Notice["actions"] {
    const { rev } = this.#session;
    return [
      { name: say.follow, run: () => void this.#session.act(() => this.#catchUp(true)) },
      { name: say.goOnInCopy, run: () => void this.#session.enterBy(() => this.#session.copy({ rev })) },
    ];
  }

  /** Show the session where it is now. What was done here is not the last change any more. */
  async #catchUp(toHead: boolean): Promise<void> {
    const { t } = this.#store.state;
    await this.#session.renew();
    this.#store.set({ undo: NOTHING, notice: null });
    await this.#session.show(toHead ? this.#session.reached : Math.min(t, this.#session.reached), false);
  }

  /** Go along with what the server says of the session by itself: a run, or somebody else, has moved it. */
  moved(head: Head): void {
    if (!this.#isNews(head)) return;
    const waits = this.#newest !== null;
    this.#newest = head;
    if (waits) return;
    // Mostly it is of what this page has asked for, and the answer to that is on its way.
    const look = async () => {
      if (this.#newest && this.#isNews(this.#newest)) await this.#session.ahead;
      const newest = this.#newest;
      this.#newest = null;
      if (newest && this.#isNews(newest)) await this.#goAlong(newest);
    };
    void Promise.resolve(this.#session.ahead).then(() => this.#session.act(look, false));
  }

  #isNews(head: Head): boolean {
    const known = this.#store.state.head;
    return known?.view_id === head.view_id && head.rev > known.rev;
  }

  async #goAlong(head: Head): Promise<void> {
    const { head: known, t, playing } = this.#store.state;
    // What it says of a change of one's own whose answer was lost is seen when the server is back.
    if (this.#asks || this.#recovering) return;
    const atHead = t === this.#session.reached;
    const runs = head.status === "running" || known?.status === "running";
    if (runs && (await this.#hasOnlyRun())) {
      this.#session.take(head);
      if (atHead) await this.#session.show(this.#session.reached, false);
      return;
    }
    if (playing) {
      this.#session.pause();
      this.#conflict();
      return;
    }
    const actions = this.#ways?.slice(1);
    await this.#catchUp(atHead);
    if (head.id === undefined || this.#saidFollowing === head.view_id) return;
    this.#saidFollowing = head.view_id;
    const text = atHead ? say.goesAlong : say.staysHere;
    this.#store.set({ notice: { kind: "news", text, actions } });
  }

  /** Whether all that was done since the revision that is known is running on: its moments are as they were then. */
  async #hasOnlyRun(): Promise<boolean> {
    const { commands, next_page_token } = await this.#client.log(this.#session.id, this.#session.rev ?? 0);
    return next_page_token === null && stillThere(this.#session.reached, commands);
  }

  /** The server has the session no more: make the same one again and go to the same moment. Why it is gone, is said. */
  async #rebuild(why: string): Promise<void> {
    const { spec, head, own, t, selected, sample, unfolded, zoom } = this.#store.state;
    const made = await this.#client.create(spec as Record<string, unknown>);
    const far = head?.t ?? 0;
    const session = await this.#runTo(made.session, far);
    if (head?.id) this.#session.made.standIn(head.id, askedAs(session));
    await this.#session.enter({ ...made, session }, t, {
      selected,
      sample,
      unfolded,
      zoom,
    });
    // What anybody changed on the way is not in the spec; where it has mattered, the numbers are others.
    const same = session.state_sha256 === head?.state_sha256 && !own;
    const stopped = session.t < far && session.status !== "diverged";
    const how = same ? say.standsWhereItStood : stopped ? say.stoppedAt(session.step) : say.withoutChanges;
    const text = `${why} ${how}`;
    this.#store.set({ notice: { kind: "news", text } });
  }

  /**
   * Let a session run as far as `t`, or until that is given up: so much at once that the server answers in time. How far
   * a long one is, is told.
   */
  async #runTo(session: Head, t: number): Promise<Head> {
    const id = askedAs(session);
    let goesOn = true;
    const giveUp = () => (goesOn = false);
    try {
      while (session.t < t && session.status !== "diverged" && goesOn) {
        if (t > AT_ONCE) {
          const progress = { done: session.t, total: t };
          this.#store.set({ lasting: { text: say.makingAgain, progress, giveUp } });
        }
        ({ session } = await this.#client.advance(id, Math.min(AT_ONCE, t - session.t), "none"));
      }
    } finally {
      if (t > AT_ONCE) this.#store.set({ lasting: null });
    }
    return session;
  }
}
