import assert from "node:assert/strict";
import { test } from "node:test";

import { begun, dragged, moved, type Scale, stepOf, unfit } from "../../../static/src/core/drag.ts";

const WEIGHT: Scale = { least: 0.01 };
const RATE: Scale = { minimum: 0 };
const SHARE: Scale = { minimum: 0, below: 1 };
const CLASS: Scale = { grid: 1, minimum: 0, maximum: 9 };
const SIGN: Scale = { grid: 2, minimum: -1, maximum: 1 };

test("a step is one of the digit that a number begins with, and what is zero has one too", () => {
  assert.deepEqual(
    [0.2, -0.95, 1.2, 250, 0.03, 0].map((value) => stepOf(value)),
    [0.1, 0.1, 1, 100, 0.01, 0.1],
  );
  assert.deepEqual(
    [NaN, Infinity].map((value) => stepOf(value)),
    [0.1, 0.1],
  );
});

test("near a limit that is not reached a step fits what is left, and a weight of next to nothing has a step that shows", () => {
  assert.deepEqual(
    [0.9, 0.99, 0.999].map((value) => stepOf(value, SHARE)),
    [0.1, 0.01, 0.001],
  );
  assert.equal(stepOf(1e-9, WEIGHT), 0.01);
  assert.equal(stepOf(1e-9, RATE), 1e-9);
});

test("a hand that does not move changes nothing, however odd the number is", () => {
  for (const start of [0.2, 0.123456789, -1e-7, 0]) assert.equal(dragged(start, 0, WEIGHT, "plain"), start);
});

test("a pixel is a tenth of a step, to the right is more, and every value is a round number", () => {
  assert.equal(dragged(0.2, 50, WEIGHT, "plain"), 0.7);
  assert.equal(dragged(0.2, -50, WEIGHT, "plain"), -0.3);
  assert.equal(dragged(0.123456789, 1, WEIGHT, "plain"), 0.13);
  assert.equal(dragged(0.123456789, -1, WEIGHT, "plain"), 0.12);
  for (let pixels = -300; pixels <= 300; pixels++) {
    const value = dragged(0.2, pixels, WEIGHT, "plain");
    assert.ok(String(value).length <= 5, String(value));
  }
});

test("finer and coarser are ten times so, from the value that the hand has got to", () => {
  let drag = moved(begun(0.2, WEIGHT, 100), 130, "plain");
  assert.equal(drag.value, 0.5);
  drag = moved(drag, 130, "fine");
  assert.equal(drag.value, 0.5);
  drag = moved(drag, 135, "fine");
  assert.equal(drag.value, 0.505);
  drag = moved(drag, 138, "coarse");
  assert.equal(drag.value, 0.8);
});

test("back where the drag began is the number that was there", () => {
  const drag = moved(begun(0.123456789, WEIGHT, 40), 90, "plain");
  assert.equal(moved(drag, 40, "plain").value, 0.123456789);
});

test("a rate goes on to the next power of ten, down and up again, and never gets to zero", () => {
  assert.equal(dragged(0.3, -20, RATE, "plain"), 0.1);
  assert.equal(dragged(0.3, -21, RATE, "plain"), 0.099);
  assert.equal(dragged(0.3, -110, RATE, "plain"), 0.01);
  assert.equal(dragged(0.01, 90, RATE, "plain"), 0.1);
  assert.equal(dragged(0.3, -5, RATE, "coarse"), 0.07);
  assert.ok(dragged(0.3, -1900, RATE, "plain") > 0);
  assert.ok(dragged(1e-8, 5, RATE, "plain") > 1e-8);
  assert.equal(dragged(0, 5, RATE, "plain"), 0.05);
});

test("a number stays within its limits, and does not reach what it must stay below", () => {
  assert.equal(dragged(0.9, 500, SHARE, "plain"), 0.99);
  assert.equal(dragged(0.9, -500, SHARE, "plain"), 0);
  assert.equal(dragged(0.5, 999, { minimum: 0, maximum: 1 }, "plain"), 1);
});

test("of a class or a sign only those that there are come up", () => {
  assert.deepEqual(
    [-400, -20, 9, 10, 45, 400].map((pixels) => dragged(3, pixels, CLASS, "plain")),
    [0, 2, 3, 4, 5, 9],
  );
  assert.deepEqual(
    [20, 400].map((pixels) => dragged(-1, pixels, SIGN, "fine")),
    [1, 1],
  );
});

test("what cannot be taken is said in words, with what was wanted", () => {
  assert.equal(unfit(3, CLASS), null);
  assert.equal(unfit(3.5, CLASS), "Expected a whole number from 0 to 9.");
  assert.equal(unfit(0, SIGN), "Expected −1 or 1.");
  assert.equal(unfit(1, SHARE), "Expected a number at least 0 and below 1.");
  assert.equal(unfit(-1, RATE), "Expected a number at least 0.");
  assert.equal(unfit(0, { above: 0 }), "Expected a number above 0.");
  assert.equal(unfit(-1e9, WEIGHT), null);
});
