import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame } from "../../../static/src/api/types.ts";
import { ascending, line, type Posed, posed, value } from "../posed.ts";

/** Where an arrow is on its way through tick `t`. */
function way({ at }: Posed, t: number): number[] {
  return [0.01, 0.25, 0.5, 0.75, 1].map((done) => at(t - 1 + done).arrows[0]?.place ?? NaN);
}

test("at the beginning nothing travels and nothing glows", () => {
  const { arrows, glow, lossLines } = posed("mazur").at(0);

  assert.deepEqual(arrows, []);
  assert.equal(glow, null);
  assert.ok(lossLines.every(({ active }) => active === 0));
});

test("forward, arrows go from the layer before to the layer, and to the loss", () => {
  const mazur = posed("mazur");

  for (const t of [1, 3, 5]) {
    assert.ok(ascending(way(mazur, t)), `tick ${t}`);
    assert.ok(mazur.at(t - 0.5).arrows.every(({ backward }) => !backward));
  }
});

test("backward, arrows come from the loss and go back along every edge", () => {
  const mazur = posed("mazur");

  for (const t of [6, 10]) {
    assert.ok(ascending(way(mazur, t).toReversed()), `tick ${t}`);
    assert.ok(mazur.at(t - 0.5).arrows.every(({ backward }) => backward));
  }
});

test("arrows keep clear of the units at both ends of their way", () => {
  const mazur = posed("mazur");

  for (const t of [1, 3, 5, 6, 10])
    for (const place of way(mazur, t)) assert.ok(place >= 0.1 && place <= 0.9, `${place}`);
});

test("what travels along an edge is the product: forward of value and weight, backward of gradient and weight", () => {
  const mazur = posed("mazur");
  const [forward, back] = [mazur.frame(3), mazur.frame(10)];
  const carried = (position: number) => mazur.at(position).arrows.map((arrow) => arrow.value);

  const products = (frame: Frame, sent: (unit: number, source: number) => string) =>
    [0, 1].flatMap((unit) =>
      [0, 1].map((source) => value(frame, sent(unit, source)) * value(frame, `output.W[${unit},${source}]`)),
    );
  const biases = [0, 1].map((unit) => value(forward, `output.b[${unit}]`));
  assert.deepEqual(carried(2.5), [...products(forward, (_, source) => `hidden1.a[0,${source}]`), ...biases]);
  assert.deepEqual(
    carried(9.5),
    products(back, (unit) => `output.dz[0,${unit}]`),
  );
});

test("what arrives at a unit along its edges adds up to its sum", () => {
  const mazur = posed("mazur");
  const into = (unit: number, position: number) =>
    mazur
      .at(position)
      .arrows.filter(({ curve }) => [...mazur.scene.edges, ...mazur.scene.biases].some((edge) => edge.curve === curve && edge.layer === "output" && edge.target === unit))
      .reduce((sum, arrow) => sum + arrow.value, 0); // prettier-ignore

  for (const unit of [0, 1])
    assert.ok(Math.abs(into(unit, 2.5) - value(mazur.frame(3), `output.z[0,${unit}]`)) < 1e-12);
});

test("inside units, and while gradients of weights are formed, nothing travels", () => {
  const mazur = posed("mazur");

  for (const t of [2, 4, 7, 8, 9, 11, 12, 13, 14, 15])
    assert.deepEqual(mazur.at(t - 0.5).arrows, [], `tick ${t}`);
});

test("at a dead unit the gradient stops: nothing goes back along its edges, and no band is theirs", () => {
  const dead = posed("dead-unit");
  const unit = (of: string) => value(dead.frame(12), of);
  assert.equal(unit("hidden1.dz[0,1]"), 0);
  assert.notEqual(unit("hidden1.dz[0,0]"), 0);

  assert.equal(dead.at(2.5).arrows.length, 2, "of two units and a bias, the dead unit sends nothing");
  assert.equal(line(dead, "hidden1.W[1,0]", 13).band, 0);
  assert.ok(line(dead, "hidden1.W[0,0]", 13).band > 0);
});

test("where nothing is wrong nothing comes back from the loss", () => {
  const solved = posed("goodfellow-xor");

  assert.deepEqual(solved.at(5.5).arrows, []);
});

test("of a batch, what travels is the chosen example's", () => {
  for (const sample of [0, 1, 2, 3]) {
    const solved = posed("goodfellow-xor", sample);
    const x = [0, 1].map((column) => value(solved.frame(1), `input.a[${sample},${column}]`));

    const along = solved
      .at(0.5)
      .arrows.filter(({ curve }) => solved.scene.edges.some((edge) => edge.curve === curve));
    assert.equal(along.length, 2 * x.filter((number) => number !== 0).length, `example ${sample}`);
  }
});
