import assert from "node:assert/strict";
import { test } from "node:test";

import type { DataRows, MapsAnswer } from "../../../static/src/api/types.ts";
import {
  answersAt,
  borderOf,
  fieldOf,
  outputsOf,
  placeNear,
  readSurface,
  surfaceSheet,
} from "../../../static/src/core/boundary.ts";
import { readRows } from "../../../static/src/core/rows.ts";

const HALF = { middle: 0.5, reach: 0.5 };

/** Three points across and two up; of each point what `p` says. */
const surface = (values: (number | "NaN")[][][]) =>
  readSurface("s_1", {
    t: 5,
    x: [0, 1, 2],
    y: [10, 20],
    tensors: { "loss.p": { shape: [2, 3, values[0]?.[0]?.length ?? 1], values } },
  } as unknown as MapsAnswer);

const ONE = surface([
  [[0.1], [0.6], [0.9]],
  [[0.2], ["NaN"], [0.4]],
]);
const THREE = surface([
  [
    [0.5, 0.3, 0.2],
    [0.2, 0.5, 0.3],
    [0.3, 0.3, 0.4],
  ],
  [
    [0.4, 0.4, 0.2],
    [0.2, 0.5, 0.3],
    [0.3, 0.3, 0.4],
  ],
]);

const rows = (y: (number | number[])[], classes: number | null) =>
  readRows("s_1", {
    x: { shape: [y.length, 2], values: y.map((_, i) => [i, -i]) },
    y: { shape: Array.isArray(y[0]) ? [y.length, y[0].length] : [y.length], values: y },
    test_x: { shape: [1, 2], values: [[7, 8]] },
    test_y: { shape: Array.isArray(y[0]) ? [1, y[0].length] : [1], values: [y[0]] },
    classes,
    class_names: null,
  } as unknown as DataRows);

const targets = ({ points }: ReturnType<typeof rows>) => points.map(({ target }) => target);

test("a row is a point, of its class or its number, and it is known whether it is held out", () => {
  const two = rows([[0], [1], [1]], 2);

  assert.deepEqual(two.points.at(-1), { at: [7, 8], target: 0, held: true });
  assert.deepEqual(two.points[1], { at: [1, -1], target: 1, held: false });
  assert.deepEqual(targets(rows([[-1], [1]], 2)), [0, 1, 0], "the larger of two numbers is class 1");
  assert.deepEqual(targets(rows([2, 0, 1], 3)), [2, 0, 1, 2], "an index is one as it stands");
  assert.deepEqual(
    targets(
      rows(
        [
          [0, 1, 0],
          [1, 0, 0],
        ],
        3,
      ),
    ),
    [1, 0, 1],
    "of one-hot rows the place of the 1",
  );
  assert.deepEqual(targets(rows([[2.5], [-3]], null)), [2.5, -3, 2.5]);
});

test("the two numbers that tell two classes apart are known, and none where there are not two", () => {
  assert.deepEqual(rows([[0], [1]], 2).ends, [0, 1]);
  assert.deepEqual(rows([[-1], [1]], 2).ends, [-1, 1]);
  assert.equal(rows([[2.5], [1]], null).ends, null);
  assert.equal(rows([0, 1], 2).ends, null, "two outputs have no place between them");
});

test("the numbers of one output stand row by row, and what is no number stays none", () => {
  assert.deepEqual([...fieldOf(ONE, "loss.p", 0)], [0.1, 0.6, 0.9, 0.2, NaN, 0.4]);
  assert.deepEqual([...fieldOf(THREE, "loss.p", 2)], [0.2, 0.3, 0.4, 0.2, 0.3, 0.4]);
  assert.equal(outputsOf(THREE, "loss.p"), 3);
});

test("two classes part at the middle of the scale", () => {
  const border = borderOf(ONE, "loss.p", 0, HALF, rows([[0], [1]], 2));

  assert.equal(border?.words, "on the line it is 0.5");
  assert.deepEqual(
    [...(border?.field ?? [])].map((value) => Math.sign(value)),
    [-1, 1, 1, -1, NaN, -1],
  );
});

test("of more classes the chosen one ends where another is larger; a number has no border", () => {
  const border = borderOf(THREE, "loss.p", 1, { middle: 0, reach: 1 }, rows([0, 1, 2], 3));

  assert.deepEqual(
    [...(border?.field ?? [])].map((value) => Math.sign(Number(value.toFixed(9)))),
    [-1, 1, -1, 0, 1, -1],
  );
  assert.equal(borderOf(ONE, "loss.p", 0, HALF, rows([[2.5]], null)), null);
});

test("a place leads to the nearest point of the map, and beyond the map to none", () => {
  assert.deepEqual(placeNear(ONE, [0.9, 14]), { column: 1, row: 0 });
  assert.deepEqual(placeNear(ONE, [1.6, 16]), { column: 2, row: 1 });
  assert.equal(placeNear(ONE, [2.6, 16]), null);
  assert.equal(placeNear(ONE, [1, 4]), null);
});

test("a point has the answers of all outputs, and the table has every point by its place", () => {
  const sheet = surfaceSheet(THREE);

  assert.deepEqual(answersAt(ONE, { column: 2, row: 1 }), [{ name: "loss.p", value: 0.4 }]);
  assert.deepEqual(sheet.columns, ["point", "x0", "x1", "loss.p[0]", "loss.p[1]", "loss.p[2]"]);
  assert.deepEqual(sheet.rows[3], ["0,1", 0, 20, 0.4, 0.4, 0.2]);
  assert.equal(sheet.rows.length, 6);
});
