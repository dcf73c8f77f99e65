import assert from "node:assert/strict";
import { test } from "node:test";

import { askedIn, counted, isDone, NO_SCORE } from "../../../static/src/core/learned.ts";

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
