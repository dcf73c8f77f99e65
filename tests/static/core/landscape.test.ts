import assert from "node:assert/strict";
import { test } from "node:test";

import type { LandscapeAnswer } from "../../../static/src/api/types.ts";
import {
  axesInWords,
  landscapeSheet,
  levels,
  lossAt,
  reachOfPath,
  readLandscape,
  shareAbove,
  spokenAt,
  stepNear,
} from "../../../static/src/core/landscape.ts";

const landscape = (change: Partial<LandscapeAnswer> = {}) =>
  readLandscape("s_1", {
    t: 30,
    x: [-1, 0, 1],
    y: [-1, 0, 1],
    losses: [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, "Infinity"],
    ],
    centre: { loss: 5, gradient_norm: 2 },
    directions: { x: "gradient", y: "path" },
    path: { steps: [0, 10, 20], x: [0.8, 0.3, 0], y: [0.1, 2, 0] },
    step: { x: -0.2, y: 0, taken: true, predicted: -0.4, real: -0.3 },
    ...change,
  } as unknown as LandscapeAnswer);

test("a point of the square has the loss of its row and column, the lowest row first", () => {
  assert.equal(lossAt(landscape(), { column: 2, row: 0 }), 3);
  assert.deepEqual(landscapeSheet(landscape()).rows[3], ["0,1", -1, 0, 4]);
  assert.equal(lossAt(landscape(), { column: 2, row: 2 }), Infinity);
});

test("the lines part the square into pieces of one size, and no line is where nothing changes", () => {
  assert.deepEqual(levels(landscape(), 3), [3, 5, 7]);
  const flat = [
    [2, 2, 2],
    [2, 2, 2],
    [2, 2, 2],
  ];
  assert.deepEqual(levels(landscape({ losses: flat }), 3), []);
  assert.deepEqual(levels(landscape({ losses: [["NaN"]] }), 3), []);
});

test("a shade says how many lines a loss lies above, and what is no number has none", () => {
  const shares = [1, 3, 6, Infinity, NaN].map((loss) => shareAbove(loss, [3, 5, 7, 8]));
  assert.deepEqual(shares, [0, 0.25, 0.5, 1, null]);
});

test("the square reaches around the whole way and the step; without one as far as usual", () => {
  assert.equal(reachOfPath(landscape(), 1), 2 * 1.3);
  const short = landscape({
    path: { steps: [0, 1], x: [0, 0.02], y: [0, -0.01] },
    step: { x: 0.5, y: 0, taken: true, predicted: 0, real: 0 },
  });
  assert.equal(reachOfPath(short, 1), 0.5 * 1.3);
  const still = landscape({
    path: { steps: [0], x: [0], y: [0] },
    step: { x: 0, y: 0, taken: false, predicted: 0, real: 0 },
  });
  assert.equal(reachOfPath(still, 1), 1);
});

test("a place leads to the nearest step of the way, if it is near enough", () => {
  assert.equal(stepNear(landscape(), [0.35, 1.9], 0.2), 10);
  assert.equal(stepNear(landscape(), [-0.9, -0.9], 0.2), null);
});

test("it is said what the axes are, also where a direction was drawn by chance", () => {
  assert.match(axesInWords(landscape()), /x along the gradient, y along the way/);
  assert.match(axesInWords(landscape({ directions: { x: "random", y: "none" } })), /by chance.*no other/);
});

test("a point of the square is told by its place and its loss", () => {
  assert.equal(spokenAt(landscape(), { column: 2, row: 0 }), "x 1, y −1: loss 3");
});
