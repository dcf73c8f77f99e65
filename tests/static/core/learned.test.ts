/** What a learner is told of an answer. */

import assert from "node:assert/strict";
import { test } from "node:test";

import type { Grade } from "../../../static/src/api/types.ts";
import { type Asked, isDone, verdictOf, withChain } from "../../../static/src/core/learned.ts";

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

const TASK = { do: "Raise it.", of: { tensor: "loss.value", index: [] }, right: "" };

test("a task is done where its number is below the one bound and above the other, and not before there is one", () => {
  const done = (below: number | null, above: number | null) =>
    [null, 0.1, 0.5, 0.9].map((value) => isDone({ ...TASK, below, above }, value));

  assert.deepEqual(done(0.5, null), [false, true, false, false]);
  assert.deepEqual(done(null, 0.5), [false, false, false, true]);
  assert.deepEqual(done(0.9, 0.1), [false, false, true, false]);
});
