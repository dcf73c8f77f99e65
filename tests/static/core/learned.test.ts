/** What a learner is told of an answer. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Grade } from "../../../static/src/api/types.ts";
import {
  type Asked,
  askedIn,
  counted,
  isDone,
  NO_SCORE,
  verdictOf,
  withChain,
} from "../../../static/src/core/learned.ts";

const TASK = { do: "Raise it.", of: { tensor: "loss.value", index: [] }, right: "" };

test("a task is done where its number is below the one bound and above the other, and not before there is one", () => {
  const done = (below: number | null, above: number | null) =>
    [null, 0.1, 0.5, 0.9].map((value) => isDone({ ...TASK, below, above }, value));

  assert.deepEqual(done(0.5, null), [false, true, false, false]);
  assert.deepEqual(done(null, 0.5), [false, false, false, true]);
  assert.deepEqual(done(0.9, 0.1), [false, false, true, false]);
});

test("a question about the largest begins with the first that it names, any other is about its number", () => {
  const question = {
    ask: "Which?",
    of: { tensor: "hidden1.dW", index: [0, 0] },
    at: { step: 2, tick: 9 },
    right: "Yes.",
    wrong: "No.",
  };
  const among = [
    [1, 0],
    [0, 1],
  ];
  const largest = askedIn({ ...question, kind: "largest", among }, 15).number;
  const sign = askedIn({ ...question, kind: "sign" }, 15).number;

  assert.deepEqual([largest?.index, largest?.among, largest?.t], [[1, 0], among, 39]);
  assert.deepEqual([sign?.index, sign?.among, sign?.t], [[0, 0], [], 39]);
  assert.equal(askedIn({ ...question, kind: "choice" }, 15).number, null);
});

test("every answer counts, and the right ones are counted among them", () => {
  const score = [true, false, true].reduce(counted, NO_SCORE);

  assert.deepEqual(score, { right: 2, answered: 3 });
});

const part = (text: string, value: number) => ({ text, value, given: 0.5, factors: [] });
const grade = {
  right: false,
  value: -2,
  best: null,
  reason: "You gave 0.5.",
  explanation: { latex: "" },
  parts: [part("dL/dz × w", -1), part("dL/dz × w", -2), part("b", 1)],
  parted: 0,
} as unknown as Grade;
const asked = { number: null, right: "", wrong: "Not so." } as unknown as Asked;

test("beside what is true the parts of a chain are called as where they were asked for", () => {
  const named = verdictOf(asked, grade).parts.map(({ text }) => text);

  assert.deepEqual(named, ["dL/dz × w (0)", "dL/dz × w (1)", "b"]);
  assert.deepEqual(named, withChain(asked, grade).chain);
});
