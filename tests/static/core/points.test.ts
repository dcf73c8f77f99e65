import assert from "node:assert/strict";
import { test } from "node:test";

import {
  classesOf,
  dataOf,
  type Drawing,
  EMPTY,
  hit,
  moveCross,
  movePoint,
  place,
  removePoint,
  startFrom,
} from "../../../static/src/core/points.ts";

const drawn = (...points: [number, number, number][]): Drawing =>
  points.reduce((drawing, [x, y, target]) => place({ ...drawing, target }, [x, y]), EMPTY);

test("points become rows with their classes as targets, in the order in which they were placed", () => {
  assert.deepEqual(dataOf(drawn([1, 2, 0], [3, -4, 1])), {
    inline: {
      x: [
        [1, 2],
        [3, -4],
      ],
      y: [0, 1],
    },
    test_fraction: 0,
  });
});

test("what is placed or moved beyond the surface stays at its edge, with few digits", () => {
  const drawing = movePoint(drawn([99, 1 / 3, 0]), 0, [1 / 7, -99]);

  assert.deepEqual(drawn([99, 1 / 3, 0]).points[0]?.at, [6, 0.3333]);
  assert.deepEqual(drawing.points[0]?.at, [0.1429, -6]);
});

test("the point under the pointer is found, and none beside it", () => {
  const drawing = drawn([0, 0, 0], [3, 3, 1]);
  const surface = { width: 240, height: 240, reach: 10 };

  assert.equal(hit(drawing, [3.2, 3.2], surface), 1);
  assert.equal(hit(drawing, [1.5, 1.5], surface), null);
  assert.deepEqual(removePoint(drawing, 0).points, [{ at: [3, 3], target: 1 }]);
});

test("the crosshair goes a fortieth of the surface a stroke, up and to the right, and no further than its edge", () => {
  assert.deepEqual(moveCross(EMPTY, 1, 2).cross, [0.3, 0.6]);
  assert.deepEqual(moveCross(EMPTY, -500, 500).cross, [-6, 6]);
});

test("two classes are the fewest, numbers are none", () => {
  assert.equal(classesOf(drawn([0, 0, 0])), 2);
  assert.equal(classesOf(drawn([0, 0, 3])), 4);
  assert.equal(classesOf({ ...drawn([0, 0, 3]), kind: "numbers" }), null);
});

test("rows that are there can be drawn on, where they stand", () => {
  const bounds = [
    [0, 10],
    [-2, 2],
  ] as const;
  const dots = [{ at: [1, -1] as const, target: 1, held: true }];

  const drawing = startFrom({ inputs: 2, classes: 2, names: null, dots, bounds });

  assert.deepEqual(drawing.points, [{ at: [1, -1], target: 1 }]);
  assert.deepEqual([drawing.kind, drawing.bounds, drawing.cross], ["classes", bounds, [5, 0]]);
  assert.equal(startFrom({ inputs: 2, classes: null, names: null, dots, bounds }).kind, "numbers");
});
