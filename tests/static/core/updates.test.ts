import assert from "node:assert/strict";
import { test } from "node:test";

import type { Factor, Term, Update } from "../../../static/src/api/types.ts";
import { compared, sharesOf, stagesOf, sumOf } from "../../../static/src/core/updates.ts";
import { recorded } from "../recorded.ts";

const term = (value: number, micro: number): Term => ({ value, micro, sample: 0, op: "x", factors: [] });

test("a number that is kept from step to step has the one before beside it", () => {
  const { update } = recorded("mazur").explanation("output.W[0,1]", 15);
  const kept: Factor = { symbol: "m", text: "moment", value: 0.25, tensor: "output.mW", index: [0, 1] };
  const state = { before: { "output.mW[0,1]": 0.5 }, after: { "output.mW[0,1]": 0.25 } };

  const [gradient, rate] = stagesOf(update as Update);
  const [moment] = stagesOf({ ...(update as Update), stages: [kept], state });

  assert.deepEqual([gradient?.factor.tensor, gradient?.before], ["output.dW", null]);
  assert.deepEqual([rate?.factor.text, rate?.factor.value], ["effective rate", 0.5]);
  assert.equal(moment?.before, 0.5);
});

test("a gradient has a share of each micro-batch, in order", () => {
  const terms = [term(1, 0), term(2, 0), term(-5, 1)];

  assert.deepEqual(
    sharesOf(terms).map(({ micro, value, terms: own }) => [micro, value, own.length]),
    [
      [0, 3, 2],
      [1, -5, 1],
    ],
  );
  assert.equal(sumOf(terms), -2);
});

test("an update is compared with plain gradient descent in words", () => {
  assert.equal(compared(-0.5, -0.5), "This is what plain gradient descent does.");
  assert.equal(
    compared(-0.1 * 3, -0.3),
    "This is what plain gradient descent does.",
    "but for the last digit",
  );
  assert.equal(compared(0.02, 0.01), "This goes 2 times as far as plain gradient descent.");
  assert.equal(
    compared(-0.005, 0.01),
    "This goes 0.5 times as far as plain gradient descent, and the other way.",
  );
  assert.equal(compared(0, 0.01), "Plain gradient descent would have moved it.");
  assert.equal(compared(0.1, 0), "Plain gradient descent would have left it.");
  assert.equal(compared(NaN, 1), "");
});
