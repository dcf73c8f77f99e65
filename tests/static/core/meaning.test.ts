import assert from "node:assert/strict";
import { test } from "node:test";

import { meaningOf, meanings } from "../../../static/src/core/meaning.ts";
import { recorded } from "../recorded.ts";

const { net } = recorded("mazur");

for (const [tensor, index, said] of [
  ["output.uW", [0, 1], "update: what this step adds to output.W; edge hidden1.1 → output.0"],
  ["output.dW", [0, 1], "gradient: how the loss changes with output.W; edge hidden1.1 → output.0"],
  ["hidden1.db", [1], "gradient: how the loss changes with hidden1.b; of hidden1.1"],
  ["hidden1.da", [0, 1], "gradient: how the loss changes with hidden1.a; of hidden1.1, example 0"],
  ["hidden1.z", [0, 1], "a unit's weighted sum, before its activation; of hidden1.1, example 0"],
  ["hidden1.a", [0, 1], "what a unit hands on, after its activation; of hidden1.1, example 0"],
  ["input.a", [0, 1], "input; of input.1, example 0"],
  ["target.y", [0, 1], "target; of output.1, example 0"],
  ["output.W", [], "weight of an edge"],
  ["loss.value", [], "number of the loss"],
] as const)
  test(`${tensor} ${index.join()} is told in words`, () => {
    assert.equal(meaningOf(net, { tensor, index }), said);
  });

test("every name of a question is told once, with where its numbers stand or how it is had", () => {
  const question = {
    kind: "number",
    tensor: "hidden1.da",
    index: [0, 0],
    t: 10,
    among: [],
    tolerance: null,
  } as const;
  const named = (text: string, tensor: string | null, index: number[] | null, formula: string | null) => ({
    symbol: text,
    text,
    tensor,
    index,
    formula,
  });
  const told = meanings(net, { ...question, index: [0, 0], among: [] }, [
    named("dL/dz", "output.dz", [0, 0], null),
    named("w", "output.W", [0, 0], null),
    named("dL/dz", "output.dz", [0, 1], null),
    named("w", "output.W", [1, 0], null),
    named("slope", null, null, "a(1-a)"),
  ]);

  assert.deepEqual(
    told.map(({ name }) => name),
    ["da", "dL/dz", "w", "slope"],
  );
  assert.deepEqual(told[1]?.addresses, ["output.dz[0,0]", "output.dz[0,1]"]);
  assert.equal(told[2]?.text, "weight of an edge");
  assert.equal(told[3]?.formula, "a(1-a)");
});
