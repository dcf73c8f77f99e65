import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame, Tensor } from "../../../static/src/api/types.ts";
import { highest, histogramSheet, histogramsOf, spreadOf } from "../../../static/src/core/histogram.ts";
import { recorded } from "../recorded.ts";

const tensor = (...values: (number | string)[]): Tensor => ({ shape: [values.length], values });

test("every number is in one bar or exactly zero, and 0 is an edge between bars", () => {
  const spread = spreadOf(tensor(-0.31, -0.3, -0.1, 0, 0, 0.1, 0.2, 0.2, 0.55));

  assert.ok(spread);
  assert.deepEqual([spread.count, spread.min, spread.max, spread.zeros], [9, -0.31, 0.55, 2]);
  assert.equal(
    spread.bars.reduce((all, { count }) => all + count, 0),
    7,
  );
  assert.ok(spread.bars.some(({ low }) => low === 0));
  for (const { low, high } of spread.bars) assert.ok(low < high && !(low < 0 && high > 0));
});

test("a number on an edge belongs to the bar above it, the largest to the last", () => {
  const onEdges = [
    [0.1, 0.3, 0.6, 0.7, 1.2],
    [-3, -2.7, -2.4, 0.1, 0.3],
  ];
  for (const values of onEdges) {
    const { bars } = spreadOf(tensor(...values)) ?? assert.fail();
    for (const { low, high, count } of bars.slice(0, -1))
      assert.equal(count, values.filter((value) => value >= low && value < high).length, `${low} to ${high}`);
    assert.equal(
      bars.reduce((all, { count }) => all + count, 0),
      values.length,
    );
  }
});

test("equal numbers, zeros alone, and what is no number are told", () => {
  assert.equal(highest(spreadOf(tensor(2, 2, 2)) ?? assert.fail()), 3);
  const { bars } = spreadOf(tensor(0.002, 0.002)) ?? assert.fail();
  assert.ok(
    bars.every(({ low, high }) => 0.001 < low && high < 0.003),
    "bars about the number, of its size",
  );
  const zeros = spreadOf(tensor(0, 0)) ?? assert.fail();
  assert.deepEqual([zeros.zeros, highest(zeros)], [2, 2]);
  const broken = spreadOf(tensor("NaN", "Infinity", 1)) ?? assert.fail();
  assert.deepEqual([broken.nonfinite, broken.min, broken.max], [2, 1, 1]);
  assert.ok(Number.isNaN(spreadOf(tensor("NaN"))?.min));
});

test("of a tensor that came as a summary there are the ends and no bars", () => {
  const summary = { min: -1, max: 2, mean: 0, norm: 3, nonfinite: 0 };
  const spread = spreadOf({ shape: [100, 200], summary });

  assert.deepEqual([spread?.count, spread?.min, spread?.max, spread?.zeros], [20_000, -1, 2, null]);
  assert.deepEqual(spread?.bars, []);
});

test("what is not computed yet is not a histogram of zeros", () => {
  const { net } = recorded("xor-batch");
  const W = tensor(1, 2);
  const found = histogramsOf(net, { tensors: { "hidden1.W": W } } as unknown as Frame, "weights");

  assert.deepEqual(
    found.map(({ tensor, spread }) => [tensor, spread?.count ?? null]),
    [
      ["hidden1.W", 2],
      ["hidden1.dW", null],
      ["output.W", null],
      ["output.dW", null],
    ],
  );
  assert.ok(histogramSheet(found).rows.every(([name]) => String(name).startsWith("hidden1.W ")));
});
