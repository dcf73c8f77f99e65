/**
 * Asks the server what a tab of the inspector wants to know of the moment that is shown: one question at a time, each
 * once. An answer stays with the frame of its moment, since another history has other frames.
 */

import type { Client } from "./api/client.ts";
import { isPassing, Refused } from "./api/requests.ts";
import type { Frame } from "./api/types.ts";
import type { Clock } from "./motion.ts";
import * as say from "./strings/inquiry.ts";

/** How long until what was not answered for the moment is asked again. */
const RETRY = 2000;

/** What is asked. `topic` is what it is about, whatever the moment. */
export interface Question<Answer> {
  readonly topic: string;
  readonly ask: (client: Client) => Promise<Answer>;
}

/** What is known: the answer, or why there is none. While it is waited for, the last answer about the same topic. */
export interface Told<Answer> {
  readonly answer: Answer | null;
  readonly waiting: boolean;
  readonly refused: string | null;
}

/** Of what was not asked. */
export const UNASKED: Told<never> = { answer: null, waiting: false, refused: null };

export class Inquiry {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #known = new WeakMap<Frame, Map<string, Told<unknown>>>();
  /** What stands until it is known better. */
  readonly #due = new WeakSet<Told<unknown>>();
  #last: { topic: string; answer: unknown } | null = null;
  #busy = false;
  /** Called when an answer has come. */
  onAnswer: () => void = () => undefined;

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** What is known of a question about the moment of `frame`; what is not known is asked. */
  about<Answer>(frame: Frame | null, question: Question<Answer> | null): Told<Answer> {
    if (!frame || !question) return UNASKED;
    const known = this.#known.get(frame)?.get(question.topic);
    if (!this.#busy && (!known || this.#due.has(known))) void this.#ask(frame, question);
    if (known) return known as Told<Answer>;
    const answer = this.#last?.topic === question.topic ? (this.#last.answer as Answer) : null;
    return { answer, waiting: true, refused: null };
  }

  async #ask(frame: Frame, { topic, ask }: Question<unknown>): Promise<void> {
    this.#busy = true;
    let again = false;
    const told: Told<unknown> = await ask(this.#client).then(
      (answer) => ({ ...UNASKED, answer }),
      (error: unknown) => {
        again = isPassing(error);
        return { ...UNASKED, refused: error instanceof Refused ? error.problem.detail : say.missed };
      },
    );
    this.#busy = false;
    if (told.refused === null) this.#last = { topic, answer: told.answer };
    const answers = this.#known.get(frame) ?? new Map<string, Told<unknown>>();
    this.#known.set(frame, answers.set(topic, told));
    this.onAnswer();
    if (!again) return;
    await this.#clock.wait(RETRY);
    this.#due.add(told);
    this.onAnswer();
  }
}
