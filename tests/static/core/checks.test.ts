/** A check of gradients as it is shown: both methods of a tensor in a row, and a curve that a log scale can hold. */

import assert from "node:assert/strict";
import test from "node:test";

import type { GradientCheck, TensorCheck } from "../../../static/src/api/types.ts";
import { curveOf, indexOf, numbersAt, rowsOf } from "../../../static/src/core/checks.ts";

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
