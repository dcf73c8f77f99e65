/**
 * Asks the server what a tab of the inspector wants to know of the moment that is shown: one question at a time, each
 * once. An answer stays with the frame of its moment, since another history has other frames.
 */

import type { Client } from "./api/client.ts";
import { Refused } from "./api/requests.ts";
import type { Frame } from "./api/types.ts";
import * as say from "./strings/inquiry.ts";

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
  readonly #known = new WeakMap<Frame, Map<string, Told<unknown>>>();
  #last: { topic: string; answer: unknown } | null = null;
  #busy = false;
  /** Called when an answer has come. */
  onAnswer: () => void = () => undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  /** What is known of a question about the moment of `frame`; what is not known is asked. */
  about<Answer>(frame: Frame | null, question: Question<Answer> | null): Told<Answer> {
    if (!frame || !question) return UNASKED;
    const known = this.#known.get(frame)?.get(question.topic);
    if (known) return known as Told<Answer>;
    if (!this.#busy) void this.#ask(frame, question);
    const answer = this.#last?.topic === question.topic ? (this.#last.answer as Answer) : null;
    return { answer, waiting: true, refused: null };
  }

  async #ask(frame: Frame, { topic, ask }: Question<unknown>): Promise<void> {
    this.#busy = true;
    const told = await ask(this.#client).then(
      (answer) => ({ ...UNASKED, answer }),
      (error: unknown) => ({
        ...UNASKED,
        refused: error instanceof Refused ? error.problem.detail : say.missed,
      }),
    );
    this.#busy = false;
    if (told.refused === null) this.#last = { topic, answer: told.answer };
    const answers = this.#known.get(frame) ?? new Map<string, Told<unknown>>();
    this.#known.set(frame, answers.set(topic, told));
    this.onAnswer();
  }
}
