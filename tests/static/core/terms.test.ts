import assert from "node:assert/strict";
import { test } from "node:test";

import type { Term } from "../../../static/src/api/types.ts";
import { sourceOf, termNames } from "../../../static/src/core/terms.ts";
import { recorded } from "../recorded.ts";

const mazur = recorded("mazur");
const batch = recorded("xor-batch");

const named = (of: ReturnType<typeof recorded>, number: string, t: number) =>
  termNames(of.net, of.explanation(number, t).terms ?? []);

test("a term of a batch is called by its example", () => {
  assert.deepEqual(named(batch, "output.dW[0,0]", 8), ["example 0", "example 1", "example 2", "example 3"]);
});

test("a term of a sum over units is called by its unit, a bias by its address", () => {
  assert.deepEqual(named(mazur, "hidden1.da[0,1]", 10), ["from output.0", "from output.1"]);
  assert.deepEqual(named(mazur, "output.z[0,1]", 3), [
    "from hidden1.0",
    "from hidden1.1",
    "from output.b[1]",
  ]);
});

test("terms of an update are called by what they do not share", () => {
  const factor = (text: string) => ({ symbol: text, text, value: 1, tensor: null, index: null });
  const term = (...texts: string[]): Term => ({
    value: 1,
    factors: texts.map(factor),
    sample: null,
    micro: 0,
    op: "x",
  });

  assert.deepEqual(termNames(mazur.net, [term("rate", "gradient"), term("rate", "decay", "w")]), [
    "gradient",
    "decay × w",
  ]);
});

test("beside the examples of a batch a penalty is called by its name", () => {
  const [first, second] = batch.explanation("output.dW[0,0]", 8).terms as [Term, Term];

  assert.deepEqual(termNames(batch.net, [first, second, { ...first, sample: null, op: "some_penalty" }]), [
    "example 0",
    "example 1",
    "some penalty",
  ]);
});

test("two terms of one example are told apart by their units", () => {
  const [one, other] = mazur.explanation("hidden1.da[0,1]", 10).terms as [Term, Term];

  assert.deepEqual(termNames(mazur.net, [one, other, { ...one, sample: 1 }]), [
    "example 0 · output.0",
    "example 0 · output.1",
    "example 1 · output.0",
  ]);
  assert.deepEqual(sourceOf(one), { tensor: "output.dz", index: [0, 0] });
});
