/**
 * Leads through lessons and practice: goes to the moment before a number is there, asks, lets the engine grade, and then
 * reveals. What is right comes from the run; a score stays in the browser.
 */

import type { Client } from "./api/client.ts";
import type { LessonBrief, LessonStep } from "./api/types.ts";
import {
  type Asked,
  askedIn,
  askedOf,
  counted,
  isDone,
  type Learned,
  momentIn,
  NO_SCORE,
  type Score,
  stepOf,
  type Verdict,
  verdictOf,
  verdictOfChoice,
  withChain,
} from "./core/learned.ts";
import { exampleOf, ownerOf } from "./core/net.ts";
import { type Address, valueAt } from "./core/numbers.ts";
import type { Session } from "./session.ts";
import type { Store } from "./store.ts";

/** Where a score is kept, and where the numbers come from by which the engine chooses its questions. */
export interface Notebook {
  read(): Score;
  write(score: Score): void;
  random(): number;
}

const BEGUN = { step: 0, asked: null, about: null, verdict: null, done: false };

export class Learning {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #notebook: Notebook;
  /** The session that was made for the present lesson. */
  #made: string | null = null;

  constructor(client: Client, store: Store, session: Session, notebook: Notebook) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#notebook = notebook;
    store.watch(() => this.#look());
  }

  get #learned(): Learned | null {
    return this.#store.state.learned;
  }

  #set(change: Partial<Learned>): void {
    if (this.#learned) this.#store.set({ learned: { ...this.#learned, ...change } });
  }

  list(): Promise<LessonBrief[]> {
    return this.#client.lessons();
  }

  /** Begin a lesson. */
  open(name: string): Promise<void> {
    return this.#session.enterBy(async () => {
      const lesson = await this.#client.lesson(name);
      this.#store.set({ learned: { ...BEGUN, lesson, level: 1, score: NO_SCORE } });
      await this.#give(0);
    });
  }

  /** Go to the next step, to the one before, or to the same one anew. */
  go(by: 1 | -1 | 0): Promise<void> {
    const { lesson, step } = this.#learned ?? {};
    const to = (step ?? 0) + by;
    if (!lesson?.steps[to]) return Promise.resolve();
    return this.#session.enterBy(() => this.#give(to));
  }

  close(): void {
    this.#store.set({ learned: null });
  }

  async #give(place: number): Promise<void> {
    this.#set({ ...BEGUN, step: place });
    const learned = this.#learned;
    const step = learned && stepOf(learned);
    if (!learned || !step) return;
    await this.#network(learned, place);
    const ticks = this.#store.state.net?.schedule.length ?? 1;
    if (step.at) await this.#session.runTo(momentIn(step.at, ticks), true);
    const { t } = this.#store.state;
    this.#store.set({ sample: step.sample });
    await this.#session.show(t, false, undefined, step.select ?? this.#store.state.selected);
    if (step.question)
      this.#set({ asked: await this.#asked(step.question, ticks), about: this.#store.state.spec });
  }

  /** Enter the network that a step is about, unless it is the present one: the last that a step up to it names. */
  async #network({ lesson }: Learned, place: number): Promise<void> {
    const steps = lesson?.steps.slice(0, place + 1) ?? [];
    const begun = steps.findLast(({ network }) => network !== null);
    if (!begun?.network || (steps.at(-1) !== begun && this.#session.id === this.#made)) return;
    const left = this.#session.id;
    await this.#session.enter(await this.#client.create(begun.network), 0);
    if (left === this.#made) this.#session.made.drop(left);
    this.#made = this.#session.id;
    this.#session.made.adopt(this.#made);
    this.#store.set({ preset: null });
  }

  async #asked(question: NonNullable<LessonStep["question"]>, ticks: number): Promise<Asked> {
    const asked = askedIn(question, ticks);
    if (!question.chain || !asked.number) return asked;
    return withChain(asked, await this.#client.grade(this.#session.id, asked.number, 0));
  }

  // Practice

  /** Ask something about the network that is open. */
  practise(level: number): Promise<void> {
    return this.#session.enterBy(async () => {
      const { id } = this.#session;
      const { t } = this.#store.state;
      const seed = Math.floor(this.#notebook.random() * 2 ** 31);
      const question = await this.#client.question(id, level, seed, t);
      await this.#session.own();
      await this.#session.runTo(question.t - 1, true);
      const { kind, tensor, index } = question;
      const of = this.#store.state.net && ownerOf(this.#store.state.net, tensor);
      if (of && kind !== "largest") await this.#open(question.t - 1, { tensor: of, index });
      const score = this.#notebook.read();
      const asked = askedOf(question);
      const about = this.#store.state.spec;
      this.#store.set({ learned: { ...BEGUN, lesson: null, level, asked, about, score } });
    });
  }

  // Answers

  /** Grade an answer, then reveal the number. `factors` are those of the learner's chain, if they gave any. */
  answer(answer: string | number | number[], factors?: number[]): Promise<void> {
    return this.#session.act(async () => {
      const asked = this.#learned?.asked;
      if (!asked || this.#learned?.verdict) return;
      if (!asked.number) {
        this.#count(verdictOfChoice(asked, Number(answer)));
        return;
      }
      // Who has put the session back meanwhile is led to where it was asked.
      if (this.#session.reached < asked.number.t - 1) {
        await this.#session.own();
        await this.#session.runTo(asked.number.t - 1);
      }
      const grade = await this.#client.grade(this.#session.id, asked.number, answer, factors);
      this.#count(verdictOf(asked, grade));
      await this.#session.own();
      await this.#session.runTo(asked.number.t, true);
      await this.#open(asked.number.t, this.#learned?.verdict?.of);
    });
  }

  /** Show the moment `t` with a number opened, and the example that it is of. */
  #open(t: number, of: Address | null | undefined): Promise<void> {
    const { net } = this.#store.state;
    return this.#session.show(
      t,
      false,
      undefined,
      of ?? undefined,
      net && of ? exampleOf(net, of) : undefined,
    );
  }

  #count(verdict: Verdict): void {
    const learned = this.#learned;
    if (!learned) return;
    const score = counted(learned.score, verdict.right);
    if (!learned.lesson) this.#notebook.write(score);
    this.#set({ verdict, score });
  }

  /** Whether what was to be done is done. */
  #look(): void {
    const learned = this.#learned;
    const task = learned && stepOf(learned)?.task;
    if (!task || learned.done) return;
    if (isDone(task, valueAt(this.#store.state.frame ?? undefined, task.of))) this.#set({ done: true });
  }
}
