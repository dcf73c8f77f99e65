/** A check of gradients as it is shown: both methods of a tensor in a row, and a curve that a log scale can hold. */

import assert from "node:assert/strict";
import test from "node:test";

import type { GradientCheck, TensorCheck } from "../../../static/src/api/types.ts";
import { curveOf, indexOf, isSmall, numbersAt, ownError, rowsOf } from "../../../static/src/core/checks.ts";

const check = (tensor: string, numeric: number) =>
  ({
    tensor,
    worst: [1],
    pairs: [{ index: [1], backward: 2, numeric }],
    curve: [
      { h: 0.1, absolute: 0.1, relative: 0.05 },
      { h: 0.01, absolute: 0, relative: 0 },
      { h: 0.001, absolute: "NaN", relative: "NaN" },
    ],
  }) as unknown as TensorCheck;
const told = (...tensors: TensorCheck[]) => ({ tensors }) as unknown as GradientCheck;

test("a gradient that only one method could check stands there all the same", () => {
  const rows = rowsOf({
    central: told(check("a.dW", 2.1), check("b.dW", 2.2)),
    complex: told(check("a.dW", 2)),
  });

  assert.deepEqual(
    rows.map(({ tensor, complex }) => [tensor, complex !== null]),
    [
      ["a.dW", true],
      ["b.dW", false],
    ],
  );
});

test("the number of an index has what was recorded beside both slopes, and one not compared leads to the worst", () => {
  const [row] = rowsOf({ central: told(check("a.dW", 2.1)), complex: told(check("a.dW", 2)) });
  if (!row) throw new Error("there is a row");

  assert.deepEqual(numbersAt(row, [1]), { analytic: 2, central: 2.1, complex: 2 });
  assert.deepEqual(numbersAt(row, [0]), { analytic: null, central: null, complex: null });
  assert.deepEqual(indexOf(row, [0]), [1]);
  assert.deepEqual(indexOf(row, [1]), [1]);
});

test("on a log scale an error of zero lies at the foot, and one that is no number is left out", () => {
  assert.deepEqual(curveOf(check("a.dW", 2)), { h: [0.01, 0.1], relative: [1e-17, 0.05] });
  assert.deepEqual(curveOf(null), { h: [], relative: [] });
});

test("an error is relative to the gradient, unless that is smaller than what it is measured by at least", () => {
  const of = (largest: number | null) => ({ ...check("a.dW", 2), largest }) as TensorCheck;

  assert.deepEqual([1, 1e-4, 0.99e-4, 0, null].map(of).map(isSmall), [false, false, true, true, false]);
  assert.equal(isSmall(null), false);
});

test("of what is equal for being small alone the error is told that it has by its own measure", () => {
  const of = (verdict: string, absolute: number | null, largest: number | null) =>
    ownError({ verdict, absolute, largest } as unknown as TensorCheck, 1e-6);

  assert.equal(of("equal", 2 ** -30, 2 ** -20), 2 ** -10);
  assert.equal(of("equal", 3e-23, 0), Infinity);
  assert.equal(of("equal", 1e-29, 3e-22), null);
  assert.equal(of("equal", 0, 0), null);
  assert.equal(of("equal", 1e-7, 1), null);
  assert.equal(of("different", 1e-3, 0), null);
  assert.equal(of("skipped", null, null), null);
});
