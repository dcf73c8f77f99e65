import assert from "node:assert/strict";
import { test } from "node:test";

import { type Address, parseAddress, valueAt } from "../../../static/src/core/numbers.ts";
import { opening, type Part, sentence, subject, updateSentence } from "../../../static/src/core/sentence.ts";
import { type Recorded, recorded, tickOf } from "../recorded.ts";
import { plainText } from "../plain.ts";

const mazur = recorded("mazur");
const address = (text: string): Address => parseAddress(text);

/** What is said at `t` about the number `of`, one of `many`. */
function said(about: Recorded, of: string, t: number, many = 1): Part[] {
  return sentence(about.net, tickOf(about, t), about.explanation(of, t), many);
}

/** What is said at `t` about an update of the parameter at `of`, which moved by `by`. */
function saidOfUpdate(of: string, by: string, t: number, many = 1): Part[] {
  const change = { value: valueAt(mazur.frame(t), address(by)) ?? NaN, address: address(by) };
  return updateSentence(tickOf(mazur, t), mazur.explanation(of, t), change, many);
}

const STEP: [string, number, number, string][] = [
  ["hidden1.z[0,1]", 1, 2, "hidden1: z[0,1] = x 0.05 × w 0.25 + x 0.1 × w 0.3 + b 0.35 = 0.3925 (largest of 2)."],
  ["hidden1.a[0,1]", 2, 2, "hidden1: a[0,1] = sigmoid(z 0.3925) = 0.5969 (largest of 2)."],
  ["output.z[0,1]", 3, 2, "output: z[0,1] = x 0.5933 × w 0.5 + x 0.5969 × w 0.55 + b 0.6 = 1.225 (largest of 2)."],
  ["output.a[0,1]", 4, 2, "output: a[0,1] = sigmoid(z 1.225) = 0.7729 (largest of 2)."],
  ["loss.terms[0]", 5, 1, "loss[0] = half squared error(output 0.7514, target 0.01, output 0.7729, target 0.99) = 0.2984."],
  ["output.da[0,0]", 6, 2, "output: dL/da[0,0] = slope of the loss 0.7414 × 1/N 1 = 0.7414 (largest of 2)."],
  ["output.dz[0,0]", 7, 2, "output: dL/dz[0,0] = dL/da 0.7414 × slope 0.1868 = 0.1385 (largest of 2)."],
  ["output.dW[0,1]", 8, 4, "output: dL/dW[0,1] = dL/da 0.7414 × slope 0.1868 × dz/dw 0.5969 = 0.08267 (largest of 4). Plain descent would lower it."],
  ["output.db[0]", 9, 2, "output: dL/db[0] = dL/da 0.7414 × slope 0.1868 × dz/db 1 = 0.1385 (largest of 2). Plain descent would lower it."],
  ["hidden1.da[0,1]", 10, 2, "hidden1: dL/da[0,1] = 0.06232 − 0.02095 = 0.04137 (largest of 2)."],
  ["hidden1.dz[0,1]", 11, 2, "hidden1: dL/dz[0,1] = dL/da 0.04137 × slope 0.2406 = 0.009954 (largest of 2)."],
  ["hidden1.dW[1,1]", 12, 4, "hidden1: dL/dW[1,1] = dL/da 0.04137 × slope 0.2406 × dz/dw 0.1 = 9.954e−4 (largest of 4). Plain descent would lower it."],
  ["hidden1.db[1]", 13, 2, "hidden1: dL/db[1] = dL/da 0.04137 × slope 0.2406 × dz/db 1 = 0.009954 (largest of 2). Plain descent would lower it."],
]; // prettier-ignore

for (const [of, t, many, text] of STEP)
  test(`tick ${t} says: ${text}`, () => {
    const about = subject(mazur.net, tickOf(mazur, t), mazur.frame(t), null, 0);

    assert.deepEqual(about, { address: address(of), of: many });
    assert.equal(plainText(said(mazur, of, t, many)), text);
  });

test("an update says from where to where a weight goes, and by what", () => {
  assert.equal(
    plainText(saidOfUpdate("hidden1.W[1,1]", "hidden1.uW[1,1]", 14)),
    "hidden1: W[1,1] goes from 0.3 to 0.2995, by −learning rate −0.5 × dL/dW 9.954e−4 = −4.977e−4.",
  );
  assert.equal(
    plainText(saidOfUpdate("output.W[0,1]", "output.uW[0,1]", 15, 4)),
    "output: W[0,1] goes from 0.45 to 0.4087, by −learning rate −0.5 × dL/dW 0.08267 = −0.04133 (largest of 4).",
  );
});

test("an update is about the weight that moves most", () => {
  assert.deepEqual(subject(mazur.net, tickOf(mazur, 15), mazur.frame(15), null, 0), {
    address: address("output.uW[0,1]"),
    of: 4,
  });
});

test("before anything has happened the first tick is announced", () => {
  assert.equal(
    plainText(opening(mazur.net)),
    "Ready. First, hidden1: each unit multiplies its inputs by its weights and adds its bias.",
  );
});

test("every number in a sentence that is stored somewhere leads there, and no other does", () => {
  const parts = said(mazur, "output.dW[0,0]", 8).filter(
    (part) => typeof part !== "string" && "address" in part,
  );

  assert.deepEqual(
    parts.map(({ address }) => address && `${address.tensor}[${address.index.join()}]`),
    ["output.da[0,0]", null, "hidden1.a[0,0]", "output.dW[0,0]"],
  );
});

test("a sentence is about the selected number, if the tick wrote it, and not about the largest", () => {
  const selected = address("output.dW[1,0]");
  const at = (t: number) => subject(mazur.net, tickOf(mazur, t), mazur.frame(t), selected, 0);

  assert.deepEqual(at(8), { address: selected, of: 1 });
  assert.deepEqual(at(12), { address: address("hidden1.dW[1,1]"), of: 4 });
});

test("a selected parameter is followed: its gradient is spoken of in the backward phase, itself in the update", () => {
  const selected = address("output.W[1,0]");
  const at = (t: number) => subject(mazur.net, tickOf(mazur, t), mazur.frame(t), selected, 0);

  assert.deepEqual(at(8), { address: address("output.dW[1,0]"), of: 1 });
  assert.deepEqual(at(15), { address: selected, of: 1 });
});

test("a selected number of a row that this batch does not have gives way to the largest", () => {
  const batch = recorded("xor-batch");

  const about = subject(batch.net, tickOf(batch, 1), batch.frame(1), address("hidden1.z[7,0]"), 2);

  assert.equal(about?.address.index[0], 2);
});

test("plain descent lowers what has a positive gradient, raises what has a negative one, leaves what has none", () => {
  const says = (about: Recorded, of: string, t: number) =>
    plainText(said(about, of, t))
      .split(". ")
      .at(-1);

  assert.equal(says(mazur, "output.dW[0,0]", 8), "Plain descent would lower it.");
  assert.equal(says(mazur, "output.dW[1,0]", 8), "Plain descent would raise it.");
  assert.equal(says(recorded("dead-unit"), "hidden1.dW[1,0]", 13), "Plain descent would leave it.");
  const lost = { ...mazur.explanation("output.dW[0,0]", 8), value: "NaN" } as const;
  assert.ok(
    !plainText(sentence(mazur.net, tickOf(mazur, 8), lost, 1)).includes("descent"),
    "nor of no number",
  );
});

test("of what the loss computes only its value and the examples' shares are called loss", () => {
  const explained = mazur.explanation("loss.terms[0]", 5);
  const called = (tensor: string, index: number[]) =>
    plainText(sentence(mazur.net, tickOf(mazur, 5), { ...explained, tensor, index }, 1)).split(" = ")[0];

  assert.equal(called("loss.terms", [0]), "loss[0]");
  assert.equal(called("loss.value", []), "loss");
  assert.equal(called("loss.p", [0, 1]), "p[0,1]");
});

test("only a parameter's gradient, and only in the backward phase, says what plain descent would do", () => {
  for (const [of, t] of STEP)
    assert.equal(plainText(said(mazur, of, t)).includes("descent"), /\.d[Wb]\[/.test(of), of);
});

test("a gradient of a batch is said to be summed over it", () => {
  assert.equal(
    plainText(said(recorded("xor-batch"), "output.dW[0,0]", 8, 3)),
    "output: dL/dW[0,0] = 0 + 0.0303 − 0.1209 + 0.06904, summed over the batch, = −0.02156 (largest of 3). " +
      "Plain descent would raise it.",
  );
});

test("a sum of more terms than can be read says how many it leaves out", () => {
  assert.equal(
    plainText(said(recorded("simple-nn"), "hidden1.z[0,0]", 1)),
    "hidden1: z[0,0] = 0.1692 + 0.02342 − 0.03481 − 0.002988 + 7 more = 0.7473.",
  );
});

test("of a batch only the example that is shown is spoken of", () => {
  const batch = recorded("xor-batch");

  for (const sample of [0, 1, 2, 3]) {
    const about = subject(batch.net, tickOf(batch, 1), batch.frame(1), null, sample);
    assert.equal(about?.address.index[0], sample);
    assert.equal(about?.of, 3);
  }
});
