import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame, SliceAnswer, Tensor } from "../../../static/src/api/types.ts";
import {
  chosenWeight,
  lossRange,
  reachOfStep,
  readSlice,
  sliceSheet,
  tangentAt,
} from "../../../static/src/core/slice.ts";
import { recorded } from "../recorded.ts";

const { net } = recorded("xor-batch");
const matrix = (...rows: number[][]): Tensor => ({
  shape: [rows.length, rows[0]?.length ?? 0],
  values: rows,
});
const frame = (tensors: Record<string, Tensor>) => ({ tensors }) as unknown as Frame;
const WEIGHTS = { "hidden1.W": matrix([0.1, -0.9]), "output.W": matrix([0.5, 0.2]) };

const slice = (change: Partial<SliceAnswer> = {}) =>
  readSlice("s_1", {
    t: 4,
    tensor: "hidden1.W",
    index: [0, 1],
    values: [0, 1, 2],
    losses: [5, 2, 1],
    tangent: { value: 1, loss: 2, slope: -2 },
    update: { before: 1, after: 1.2, taken: true, predicted: -0.4, real: -0.3 },
    step: { predicted: -1, real: -0.5 },
    ...change,
  } as unknown as SliceAnswer);

test("the selected number is looked along, by its parameter where it is a gradient or an update", () => {
  for (const tensor of ["hidden1.W", "hidden1.dW", "hidden1.uW"])
    assert.deepEqual(chosenWeight(net, frame(WEIGHTS), { tensor, index: [0, 0] }), {
      address: { tensor: "hidden1.W", index: [0, 0] },
      why: "selected",
    });
});

test("without one it is that of the largest gradient, and before there is any the largest", () => {
  const gradients = { "hidden1.dW": matrix([0.01, 0.02]), "output.dW": matrix([-0.3, 0.1]) };
  const activation = { tensor: "hidden1.a", index: [0, 0] };

  assert.deepEqual(chosenWeight(net, frame({ ...WEIGHTS, ...gradients }), activation), {
    address: { tensor: "output.W", index: [0, 0] },
    why: "gradient",
  });
  assert.deepEqual(chosenWeight(net, frame(WEIGHTS), null), {
    address: { tensor: "hidden1.W", index: [0, 1] },
    why: "size",
  });
});

test("the tangent touches the curve where the step began and has the gradient's slope", () => {
  assert.equal(tangentAt(slice(), 1), 2);
  assert.equal(tangentAt(slice(), 1.5), 1);
  assert.deepEqual(sliceSheet(slice()).rows[2], ["2", 2, 1, 0]);
});

test("the drawing reaches over all finite losses and the step's, whatever diverges", () => {
  const [low, high] = lossRange(slice({ losses: [5, "NaN", "Infinity"] }));
  assert.ok(low < 1.6 && high > 5 && high < 6);
  const none = lossRange(
    slice({ losses: ["NaN"], tangent: { value: 1, loss: "NaN", slope: "NaN" }, update: null }),
  );
  assert.deepEqual(none, [0, 1]);
});

test("the reach that the step wants is some times its size, and the usual one where nothing moves", () => {
  assert.ok(Math.abs(reachOfStep(slice(), 2) - 0.5) < 1e-12);
  assert.equal(reachOfStep(slice({ update: null }), 2), 2);
  const update = { before: 1, after: "Infinity", taken: true, predicted: -0.4, real: "NaN" } as const;
  assert.equal(reachOfStep(slice({ update }), 2), 2, "nor where it leaves all bounds");
});
