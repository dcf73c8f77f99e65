import assert from "node:assert/strict";
import { test } from "node:test";

import type { DataRows } from "../../../static/src/api/types.ts";
import {
  cloudInWords,
  cloudOf,
  largestTarget,
  nearestOf,
  placeIn,
  pointAt,
} from "../../../static/src/core/scatter.ts";

const tensor = (values: number[] | number[][]) => ({
  shape: Array.isArray(values[0]) ? [values.length, values[0].length] : [values.length],
  values,
});

const rows = (x: number[][], y: number[] | number[][], classes: number | null, more: object = {}) =>
  ({
    x: tensor(x),
    y: tensor(y),
    test_x: null,
    test_y: null,
    classes,
    class_names: null,
    ...more,
  }) as unknown as DataRows;

const targets = (y: number[] | number[][], classes: number | null) =>
  cloudOf(
    rows(
      y.map((_, i) => [i, 0]),
      y,
      classes,
    ),
  )?.dots.map(({ target }) => target);

test("a class is told from a target as any loss wants it", () => {
  assert.deepEqual(targets([[0], [1], [1]], 2), [0, 1, 1]);
  assert.deepEqual(targets([[-1], [1], [-1]], 2), [0, 1, 0], "signs");
  assert.deepEqual(targets([2, 0, 1], 3), [2, 0, 1], "indices");
  assert.deepEqual(
    targets(
      [
        [0, 0, 1],
        [1, 0, 0],
      ],
      3,
    ),
    [2, 0],
    "one-hot rows",
  );
});

test("a number is taken as it is, and several a row make no picture", () => {
  assert.deepEqual(targets([[0.5], [-2]], null), [0.5, -2]);
  assert.equal(cloudOf(rows([[0, 1]], [[1, 2]], null)), null);
});

test("rows of more than two inputs make no picture", () => {
  assert.equal(cloudOf(rows([[0, 1, 2]], [[1]], 2)), null);
});

test("with one input the target is how high a row stands", () => {
  const cloud = cloudOf(rows([[1], [2]], [[0.5], [-0.5]], null));

  assert.deepEqual(
    cloud?.dots.map(({ at }) => at),
    [
      [1, 0.5],
      [2, -0.5],
    ],
  );
});

test("rows that are held out are told apart and lie in the same picture", () => {
  const cloud = cloudOf(
    rows([[0, 0]], [[1]], 2, {
      test_x: tensor([[10, 20]]),
      test_y: tensor([[0]]),
      class_names: ["no", "yes"],
    }),
  );

  assert.ok(cloud);
  assert.deepEqual(
    cloud.dots.map(({ held }) => held),
    [false, true],
  );
  assert.deepEqual(cloud.names, ["no", "yes"]);
  assert.equal(cloudInWords(cloud), "2 rows in 2 classes, 1 of them held out");
  for (const { at } of cloud.dots)
    for (const share of placeIn(cloud.bounds, at)) assert.ok(share > 0 && share < 1);
});

test("up is up, and a place leads back to its point", () => {
  const bounds = [
    [-1, 3],
    [-10, 10],
  ] as const;

  assert.deepEqual(placeIn(bounds, [0, 5]), [0.25, 0.25]);
  assert.deepEqual(pointAt(bounds, [0.25, 0.25]), [0, 5]);
});

test("the picture reaches as far as the server's maps do", () => {
  const bounds = (...x: number[][]) => cloudOf(rows(x, x.map(() => [1]), 2))?.bounds; // prettier-ignore

  assert.deepEqual(bounds([0, 0], [10, 20]), [
    [-1, 11],
    [-2, 22],
  ]);
  assert.deepEqual(bounds([100, -20], [110, -10]), [
    [99, 111],
    [-21, -9],
  ], "far from 0 as near it"); // prettier-ignore
  assert.deepEqual(bounds([0, 5], [10, 5]), [
    [-1, 11],
    [-1, 11],
  ], "a side along which nothing differs is as long as the other"); // prettier-ignore
  assert.deepEqual(bounds([5, 5]), [
    [3.8, 6.2],
    [3.8, 6.2],
  ]);
});

test("the nearest place is found by pixels, and none beyond reach", () => {
  const places = [
    [0.1, 0.5],
    [0.5, 0.1],
  ] as const;
  const wide = { width: 1000, height: 10, reach: 200 };

  assert.equal(nearestOf(places, [0.25, 0.1], wide), 0, "150 pixels to the one, 250 to the other");
  assert.equal(nearestOf(places, [0.9, 0.1], wide), null);
});

test("numbers are tinted by the largest size among them", () => {
  const cloud = cloudOf(
    rows(
      [
        [0, 0],
        [1, 1],
      ],
      [[0.5], [-4]],
      null,
    ),
  );

  assert.equal(cloud && largestTarget(cloud), 4);
});
