import assert from "node:assert/strict";
import { test } from "node:test";

import { barsOf, MOST_BARS } from "../../../static/src/core/bars.ts";

test("bars begin at a common zero, and the sum is the last one on the same scale", () => {
  const { zero, own, rest, total } = barsOf([3, -1], 2);

  assert.equal(zero, 0.25);
  assert.deepEqual(
    own.map(({ from, to }) => [from, to]),
    [
      [0.25, 1],
      [0, 0.25],
    ],
  );
  assert.equal(rest, null);
  assert.deepEqual(total, { value: 2, from: 0.25, to: 0.75 });
});

test("a sum that is larger than each of its numbers still fits", () => {
  const { zero, own, total } = barsOf([2, 2], 4);

  assert.equal(zero, 0);
  assert.deepEqual(own[0], { place: 0, value: 2, from: 0, to: 0.5 });
  assert.equal(total.to, 1);
});

test("of many numbers the strongest have bars, by size, and the others one together", () => {
  const values = Array.from({ length: 50 }, (_, i) => (i === 7 ? -100 : i / 10));

  const { own, rest } = barsOf(values, 0);

  assert.equal(own.length, MOST_BARS);
  assert.deepEqual(
    own.slice(0, 2).map(({ place, value }) => [place, value]),
    [
      [7, -100],
      [49, 4.9],
    ],
  );
  assert.equal(rest?.count, 10n);
  assert.ok(Math.abs((rest?.value ?? 0) - 4.8) < 1e-12, "0, 0.1 … 1 without 0.7");
});

test("numbers that were never listed are one bar with those that are not shown", () => {
  const { own, rest } = barsOf([3, 2, 1], 10, { count: 18_000_000_000_000n, value: 4 }, 2);

  assert.deepEqual(
    own.map(({ place }) => place),
    [0, 1],
  );
  assert.deepEqual([rest?.count, rest?.value], [18_000_000_000_001n, 5]);
});

test("what is not finite has no bar to measure the others by", () => {
  const { own, total } = barsOf([NaN, Infinity, 1, -1], NaN);

  const [nan, infinite, one] = own;
  assert.equal(nan?.from, nan?.to);
  assert.equal(infinite?.to, 1);
  assert.deepEqual([one?.from, one?.to], [0.5, 1]);
  assert.equal(total.from, total.to);
  assert.deepEqual(barsOf([0, 0], 0).own[0], { place: 0, value: 0, from: 0, to: 0 });
});

test("numbers too large for their difference have bars, too", () => {
  const { zero, own } = barsOf([1.7e308, -1.7e308], 0);

  assert.equal(zero, 0.5);
  assert.deepEqual(
    own.map(({ from, to }) => [from, to]),
    [
      [0.5, 1],
      [0, 0.5],
    ],
  );
});
