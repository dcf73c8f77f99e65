/** A tick as matrix algebra, held to what a server answered: every cell is a row times a column. */

import assert from "node:assert/strict";
import test from "node:test";

import type { Frame, MatrixFactor, MatrixTerm } from "../../../static/src/api/types.ts";
import {
  type Cell,
  chosenCell,
  gridOf,
  isPart,
  partOf,
  productText,
  resultOf,
  shownOf,
  windowOf,
} from "../../../static/src/core/matrices.ts";
import { recorded, tickOf } from "../recorded.ts";

const session = recorded("mazur");
const { net } = session;

function algebraAt(t: number) {
  const { matrix } = tickOf(session, t);
  if (!matrix) throw new Error(`the tick of ${t} has no matrices`);
  return matrix;
}

function grid(factor: MatrixFactor, frame: Frame) {
  const tensor = frame.tensors[factor.tensor ?? ""];
  return gridOf(net, factor, tensor?.shape ?? [], tensor?.values);
}

function cells({ rows, columns }: { rows: number; columns: number }): Cell[] {
  return Array.from({ length: rows * columns }, (_, i) => ({
    row: Math.floor(i / columns),
    column: i % columns,
  }));
}

/** The sum over all products of a row with a column, and of what is added to it. */
function computed(terms: readonly MatrixTerm[], frame: Frame, at: Cell): number {
  let sum = 0;
  for (const term of terms) {
    const parts = term.factors.map((factor, i) => {
      const own = grid(factor, frame);
      const part = partOf(term, i, own, at);
      return cells(own)
        .filter((cell) => isPart(part, cell))
        .map((cell) => own.value(cell) ?? NaN);
    });
    const [first = [], second = first.map(() => 1)] = parts;
    assert.equal(first.length, second.length, "a row is as long as the column that it meets");
    sum += first.reduce((all, value, i) => all + value * (second[i] ?? NaN), 0);
  }
  return sum;
}

test("what stands out of the factors makes the cell: a row meets a column, a bias is added", () => {
  for (const t of [1, 3, 8, 10, 12]) {
    const matrix = algebraAt(t);
    const frame = session.frame(t);
    const result = grid(resultOf(net, matrix), frame);
    for (const cell of cells(result)) {
      const wanted = result.value(cell) ?? NaN;
      assert.ok(
        Math.abs(computed(matrix.terms, frame, cell) - wanted) < 1e-12,
        `${matrix.result} at t = ${t}`,
      );
    }
  }
});

test("a transposed matrix has the indices of its tensor turned round", () => {
  const W = algebraAt(1).terms[0]?.factors[1] as MatrixFactor;
  const turned = grid(W, session.frame(1));

  assert.equal(W.transposed, true);
  assert.deepEqual(turned.index({ row: 0, column: 1 }), [1, 0]);
  assert.equal(turned.value({ row: 0, column: 1 }), 0.25);
});

test("a row that is added to every row of a batch is looked at as the one that it is", () => {
  const [, added] = algebraAt(1).terms;
  assert.ok(added);
  const bias = grid(added.factors[0] as MatrixFactor, session.frame(1));

  assert.deepEqual(partOf(added, 0, bias, { row: 3, column: 1 }), { row: 0, column: 1 });
});

test("what is not computed has no value, and no cell is looked at", () => {
  const matrix = algebraAt(3);
  const before = session.frame(1);
  const result = gridOf(net, resultOf(net, matrix), [1, 2], before.tensors[matrix.result]?.values);

  assert.equal(result.value({ row: 0, column: 0 }), null);
  assert.equal(chosenCell(result, before, []), null);
});

test("the number that is pointed at is looked at before the one that is selected, and that before the largest", () => {
  const matrix = algebraAt(8);
  const frame = session.frame(8);
  const result = grid(resultOf(net, matrix), frame);
  const at = (index: number[]) => ({ tensor: "output.dW", index });

  assert.deepEqual(chosenCell(result, frame, [at([1, 0]), at([0, 0])]), { row: 1, column: 0 });
  assert.deepEqual(chosenCell(result, frame, [null, at([0, 0])]), { row: 0, column: 0 });
  assert.deepEqual(chosenCell(result, frame, [null, null]), { row: 0, column: 1 });
});

test("a cell says which row and which column make it", () => {
  const matrix = algebraAt(8);
  const result = grid(resultOf(net, matrix), session.frame(8));

  assert.equal(
    productText(result, { row: 1, column: 0 }, matrix.terms[0]),
    "output.dW[1,0]: row 1 of dzᵀ, times column 0 of x, added up",
  );
});

test("what is no tensor has no rows: it says what it is", () => {
  const matrix = algebraAt(9);
  const result = grid(resultOf(net, matrix), session.frame(9));

  assert.equal(
    productText(result, { row: 0, column: 1 }, matrix.terms[0]),
    "output.db[1]: a 1 for each example, times column 1 of dz, added up",
  );
});

test("of a large matrix so much is shown as there is room for, about what is looked at", () => {
  assert.deepEqual(shownOf(4, 3, 8), { first: 0, end: 4 });
  assert.deepEqual(shownOf(64, 30, 8), { first: 26, end: 34 });
  assert.deepEqual(shownOf(64, 63, 8), { first: 56, end: 64 });
  const large = { ...grid(resultOf(net, algebraAt(3)), session.frame(3)), rows: 64, columns: 10 };
  assert.deepEqual(windowOf(large, { row: 30, column: 9 }, { rows: 8, columns: 8 }), {
    rows: { first: 26, end: 34 },
    columns: { first: 2, end: 10 },
  });
  assert.deepEqual(windowOf(large, null, { rows: 8, columns: 8 }), {
    rows: { first: 0, end: 8 },
    columns: { first: 0, end: 8 },
  });
});
