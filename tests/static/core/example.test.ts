import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame } from "../../../static/src/api/types.ts";
import { beginningOf, changeAt, exampleWith, partOf, scaleOf } from "../../../static/src/core/example.ts";
import type { Net } from "../../../static/src/core/net.ts";
import { recorded } from "../recorded.ts";

const xor = recorded("xor-batch");
const mazur = recorded("mazur");
const TICKS = 15;

/** The net and a frame of it with other targets. */
function withTargets(shape: number[], values: unknown): { net: Net; frame: Frame } {
  const { net } = xor;
  const target = net.info.get(net.target);
  if (!target) throw new Error("a net has targets");
  const info = new Map(net.info).set(net.target, { ...target, shape: [null, ...shape.slice(1)] });
  const layers = net.layers.with(-1, { ...net.layers.at(-1)!, units: 3 });
  const tensors = { ...xor.frame(1).tensors, [net.target]: { shape, values } };
  return { net: { ...net, info, layers }, frame: { ...xor.frame(1), tensors } };
}

const y = (row: number, ...place: number[]) => ({ tensor: "target.y", index: [row, ...place] });

test("parameters, inputs and targets can be changed, what is computed cannot", () => {
  const part = (tensor: string) => partOf(xor.net, tensor);

  assert.deepEqual(["hidden1.W", "output.b"].map(part), ["parameter", "parameter"]);
  assert.deepEqual([part("input.a"), part("target.y")], ["input", "target"]);
  for (const made of ["hidden1.a", "hidden1.dW", "hidden1.uW", "loss.value", "none.such"])
    assert.equal(part(made), null);
});

test("an example with another input keeps its other inputs and its target", () => {
  const { net } = xor;
  const frame = xor.frame(1);

  assert.deepEqual(exampleWith(net, frame, { tensor: "input.a", index: [2, 1] }, 0.5), {
    x: [1, 0.5],
    y: [1],
  });
  assert.deepEqual(exampleWith(net, frame, y(3, 0), 0.25), { x: [1, 1], y: [0.25] });
});

test("a class is a whole number of those that the outputs tell apart", () => {
  const { net, frame } = withTargets([4], [2, 0, 1, 1]);

  assert.deepEqual(scaleOf(net, frame, y(0), "classes"), { grid: 1, minimum: 0, maximum: 2 });
  assert.deepEqual(exampleWith(net, frame, y(0), 1).y, [1]);
});

test("in a row that says a class another class is chosen, and what is turned off goes to the next", () => {
  const rows = [
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 1],
    [0, 1, 0],
  ];
  const { net, frame } = withTargets([4, 3], rows);
  const chosen = (row: number, place: number, value: number) =>
    exampleWith(net, frame, y(row, place), value).y;

  assert.deepEqual(scaleOf(net, frame, y(0, 0), null), { grid: 1, minimum: 0, maximum: 1 });
  assert.deepEqual(chosen(0, 2, 1), [0, 0, 1]);
  assert.deepEqual(chosen(0, 1, 0), [0, 0, 1]);
  assert.deepEqual(chosen(2, 2, 0), [1, 0, 0]);
  assert.deepEqual(chosen(0, 0, 0), [0, 1, 0]);
});

test("rows of numbers are no classes, and of one output a target is what the loss wants", () => {
  const several = withTargets(
    [2, 2],
    [
      [0.01, 0.99],
      [1, 0],
    ],
  );
  assert.equal(scaleOf(several.net, several.frame, y(0, 0), "numbers").grid, undefined);
  assert.deepEqual(exampleWith(several.net, several.frame, y(0, 1), 0.5).y, [0.01, 0.5]);
  assert.deepEqual(
    exampleWith(several.net, several.frame, y(0, 1), 1).y,
    [0.01, 1],
    "a number like any other",
  );
  const labels = withTargets(
    [2, 3],
    [
      [1, 1, 0],
      [0, 0, 1],
    ],
  );
  assert.deepEqual(exampleWith(labels.net, labels.frame, y(0, 2), 1).y, [1, 1, 1], "several at once");
  const scale = (wants: string) => scaleOf(xor.net, xor.frame(1), y(0, 0), wants);
  assert.deepEqual(scale("signs"), { grid: 2, minimum: -1, maximum: 1 });
  assert.deepEqual(scale("binary"), { minimum: 0, maximum: 1, least: 0.1 });
  assert.equal(scale("numbers").maximum, undefined);
});

test("inside a step a change is made here, at its end the whole step is made again", () => {
  const { net } = mazur;
  const at = (t: number, phase: Frame["phase"]) => changeAt(net, { ...mazur.frame(1), t, phase });

  assert.deepEqual(
    [at(9, "backward"), at(TICKS, "update"), at(TICKS, null), at(0, null)],
    [9, TICKS - 1, TICKS, 0],
  );
});

test("a parameter that the step has moved had its value of before at the step's beginning", () => {
  const { net } = mazur;
  const weight = { tensor: "hidden1.W", index: [0, 1] };
  const from = (tick: number) => {
    const frame: Frame = {
      ...mazur.frame(1),
      t: TICKS + tick,
      tick,
      phase: net.schedule[tick - 1]?.phase ?? null,
    };
    return beginningOf(net, frame, weight);
  };

  assert.deepEqual([from(9), from(13), from(14), from(15)], [TICKS + 9, TICKS + 13, TICKS + 1, TICKS + 1]);
});
