/** Looking back over a run: curves of layers, and a tensor's histograms as columns. */

import assert from "node:assert/strict";
import test from "node:test";

import type { TrendsAnswer } from "../../../static/src/api/types.ts";
import {
  type Columns,
  columnsSheet,
  rangeAt,
  reach,
  trendCurves,
  trendPlots,
} from "../../../static/src/core/trends.ts";

const COLUMNS: Columns = {
  tensor: "hidden1.W",
  steps: [0, 10],
  edges: [-1, 0, 1, 2],
  counts: [
    [0, 3, 1],
    [0, 0, 0],
  ],
  zeros: [2, 0],
  nonfinite: [0, 4],
};

test("a layer without such a number has no curve, and a step without one no point", () => {
  const layer = (name: string, update_ratio: (number | string | null)[]) => ({ layer: name, update_ratio });
  const answer = {
    steps: [0, 5, 9],
    layers: [layer("hidden1", [0.5, null, "NaN"]), layer("output", [null, null, null])],
  };

  const curves = trendCurves(answer as unknown as TrendsAnswer, "update_ratio");

  assert.deepEqual(curves, [{ name: "update_ratio.hidden1", steps: [0, 9], values: [0.5, NaN] }]);
  const [plot] = trendPlots("update_ratio")(curves);
  assert.equal(plot?.lines[0]?.label, "hidden1");
  assert.equal(plot?.log, true);
  for (const name of ["saturated", "dead"] as const) {
    const [shares] = trendPlots(name)([{ name: `${name}.hidden1`, steps: [0, 5], values: [0, 0.25] }]);
    assert.deepEqual([shares?.log, shares?.bounds], [false, [0, 1]], "a share has its place, 0 too");
  }
});

test("columns meet half way, reach as far outward at the ends, and do not fill a large gap", () => {
  assert.deepEqual(reach([0, 10, 20], 0), [-5, 5]);
  assert.deepEqual(reach([0, 10, 20], 1), [5, 15]);
  assert.deepEqual(reach([0, 10, 11], 1), [9, 10.5]);
  assert.deepEqual(reach([7], 0), [6.5, 7.5]);
});

test("the range of a step is that of its bins with a number in them", () => {
  assert.deepEqual(rangeAt(COLUMNS, 0), [0, 2]);
  assert.equal(rangeAt(COLUMNS, 1), null);
});

test("the table has a row a step and a column a bin", () => {
  const { columns, rows } = columnsSheet(COLUMNS);

  assert.deepEqual(columns, ["step", "zeros", "nonfinite", "-1 to 0", "0 to 1", "1 to 2"]);
  assert.deepEqual(rows[0], [0, 2, 0, 0, 3, 1]);
});
