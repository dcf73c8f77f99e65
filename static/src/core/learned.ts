/** What a learner is asked, and what became of it: a lesson's step or a question of the engine's, before and after. */

import type { FactorName, Grade, Lesson, LessonStep, ChainedQuestion, Question, Spec } from "../api/types.ts";
import * as say from "../strings/learned.ts";
import { same } from "./build.ts";
import { type Address, addressText, fromWire, short } from "./numbers.ts";

/** A question as it stands on the page. `number` is what the engine grades; without one the lesson knows the answer. */
export interface Asked {
  readonly kind: Question["kind"] | "choice";
  readonly ask: string;
  readonly number: Question | null;
  readonly options: readonly string[];
  /** The option that is right, where the lesson knows it. */
  readonly answer: number | null;
  /** What the factors, or the terms, of the number are called, where they are asked for too. */
  readonly chain: readonly string[];
  /** Those factors themselves, where the engine named them. */
  readonly factors: readonly FactorName[];
  readonly right: string;
  readonly wrong: string;
}

/** What became of an answer. */
export interface Verdict {
  readonly right: boolean;
  readonly text: string;
  /** Why the answer is not right, and the formula of the number; null where it is, or where only the lesson knows. */
  readonly reason: { readonly text: string; readonly formula: string } | null;
  /** The number that was asked about. */
  readonly of: Address | null;
  readonly value: number | null;
  readonly parts: Grade["parts"];
  readonly parted: number | null;
}

/** What the learner is at: a lesson's step, or practice, which has no lesson. */
export interface Learned {
  readonly lesson: Lesson | null;
  readonly step: number;
  readonly level: number;
  readonly asked: Asked | null;
  /** Of which network it was asked. */
  readonly about: Spec | null;
  readonly verdict: Verdict | null;
  /** Whether the task of the step is done. */
  readonly done: boolean;
  readonly score: Score;
}

/** How many of how many answers were right. */
export interface Score {
  readonly right: number;
  readonly answered: number;
}

export const NO_SCORE: Score = { right: 0, answered: 0 };
export const SIGNS = ["negative", "zero", "positive"] as const;

export function stepOf({ lesson, step }: Learned): LessonStep | null {
  return lesson?.steps[step] ?? null;
}

/** Whether the learner may go on: what is asked is answered, what is to be done is done. */
export function mayGoOn(learned: Learned): boolean {
  const step = stepOf(learned);
  return (!step?.question || learned.verdict !== null) && (!step?.task || learned.done);
}

/** What of a spec makes its numbers and moments: a copy has the same, and a rate may be set while a question stands. */
const PARTS = ["data", "batch_size", "layers", "loss"] as const;

/** Whether a question stands that is about another network than the one of this spec. */
export function isElsewhere({ asked, about, verdict }: Learned, spec: Spec | null): boolean {
  if (!asked?.number || verdict || !about || !spec) return false;
  return PARTS.some((part) => !same(about[part], spec[part]));
}

/** The moment of a lesson, in ticks. */
export function momentIn(at: { step: number; tick: number }, ticksPerStep: number): number {
  return at.step * ticksPerStep + at.tick;
}

/** A lesson's question, `ticksPerStep` being that of its network. */
export function askedIn(question: NonNullable<LessonStep["question"]>, ticksPerStep: number): Asked {
  const { kind, ask, right, wrong, of, at } = question;
  const number =
    kind === "choice" || !of || !at
      ? null
      : {
          kind,
          tensor: of.tensor,
          index: question.among?.[0] ?? of.index,
          t: momentIn(at, ticksPerStep),
          among: question.among ?? [],
          tolerance: question.tolerance ?? null,
        };
  return {
    kind,
    ask,
    number,
    options: question.options ?? [],
    answer: question.answer ?? null,
    chain: [],
    factors: [],
    right,
    wrong,
  };
}

/** A question of the engine's, in words. */
export function askedOf(question: ChainedQuestion): Asked {
  const { kind, tensor, index } = question;
  const what = kind === "largest" ? tensor : addressText({ tensor, index });
  return {
    kind,
    ask: say.ASKS[kind](what),
    number: question,
    options: [],
    answer: null,
    ...chained(question.chain),
    right: "",
    wrong: "",
  };
}

/** What a lesson's question has learners work out too: the chain that the engine holds an answer against. */
export function withChain(asked: Asked, { parts }: Grade): Asked {
  return { ...asked, ...chained(parts) };
}

function chained(links: ChainedQuestion["chain"]): Pick<Asked, "chain" | "factors"> {
  return { chain: toldApart(links), factors: links.flatMap(({ factors }) => factors) };
}

/** What the parts of a chain are called: told apart where two are called alike. */
function toldApart(parts: readonly { text: string }[]): string[] {
  const texts = parts.map(({ text }) => text);
  const seen = new Map<string, number>();
  return texts.map((text) => {
    if (texts.indexOf(text) === texts.lastIndexOf(text)) return text;
    const place = seen.get(text) ?? 0;
    seen.set(text, place + 1);
    return `${text} (${place})`;
  });
}

/** What the engine's grade says to the learner. */
export function verdictOf(asked: Asked, grade: Grade): Verdict {
  const { number, right, wrong } = asked;
  const value = fromWire(grade.value);
  const index = grade.best ?? number?.index ?? [];
  const of = number && { tensor: number.tensor, index };
  const said = grade.right ? right : wrong;
  const names = toldApart(grade.parts);
  return {
    right: grade.right,
    text: said || (of && grade.reason === null ? say.itIs(addressText(of), short(value)) : ""),
    reason: grade.reason === null ? null : { text: grade.reason, formula: grade.explanation.latex },
    of,
    value,
    parts: grade.parts.map((part, i) => ({ ...part, text: names[i] ?? part.text })),
    parted: grade.parted,
  };
}

/** What the lesson says to a choice. */
export function verdictOfChoice({ answer, right, wrong }: Asked, chosen: number): Verdict {
  const isRight = chosen === answer;
  const text = isRight ? right : wrong;
  return { right: isRight, text, reason: null, of: null, value: null, parts: [], parted: null };
}

/** Whether a task's number is where it is to be. */
export function isDone(task: NonNullable<LessonStep["task"]>, value: number | null): boolean {
  if (value === null) return false;
  return (task.below === null || value < task.below) && (task.above === null || value > task.above);
}

export function counted({ right, answered }: Score, isRight: boolean): Score {
  return { right: right + Number(isRight), answered: answered + 1 };
}
