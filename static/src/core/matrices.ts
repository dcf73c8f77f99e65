/**
 * A tick as matrix algebra, as it is drawn: how large each matrix is, which number stands in which of its cells, which
 * rows and columns make a cell of the result, and how much of a large one is shown.
 */

import type { Algebra, Frame, MatrixFactor, MatrixTerm, WireNumber } from "../api/types.ts";
import * as say from "../strings/matrices.ts";
import type { Net } from "./net.ts";
import { type Address, addressText, fromWire, largest, sameAddress, valueAt } from "./numbers.ts";

/** A place in a matrix as it is drawn. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

/** A matrix as it is drawn: transposed where it stands so, a vector as a row or a column. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** The tensor that it is, if it is one, and whether it is that of before the tick. */
  readonly tensor: string | null;
  readonly before: boolean;
  readonly value: (cell: Cell) => number | null;
  /** The index in the tensor. */
  readonly index: (cell: Cell) => number[];
}

/** The grid of numbers. Where they are not known yet, or too many to be here, it has no values. */
export function gridOf(net: Net, factor: MatrixFactor, shape: readonly number[], values: unknown): Grid {
  const { tensor, transposed, before } = factor;
  const isColumn = tensor !== null && shape.length === 1 && net.info.get(tensor)?.shape[0] === null;
  const [rows = 1, columns = 1] = shape.length === 2 ? shape : isColumn ? [shape[0]] : [1, shape[0]];
  const upright = ({ row, column }: Cell): [number, number] => (transposed ? [column, row] : [row, column]);
  const index = (cell: Cell) => {
    const [row, column] = upright(cell);
    if (shape.length === 2) return [row, column];
    return shape.length === 1 ? [isColumn ? row : column] : [];
  };
  const value = (cell: Cell) => {
    let found: unknown = values ?? null;
    for (const i of index(cell)) found = Array.isArray(found) ? (found[i] ?? null) : null;
    return found === null || Array.isArray(found) ? null : fromWire(found as WireNumber);
  };
  return {
    rows: transposed ? columns : rows,
    columns: transposed ? rows : columns,
    tensor,
    before,
    value,
    index,
  };
}

/** The result as a factor of its own. */
export function resultOf(net: Net, { result }: Algebra): MatrixFactor {
  const symbol = net.info.get(result)?.latex ?? result;
  return { symbol, text: result, tensor: result, transposed: false, before: false };
}

/** The cells of a term's factor that make a cell of the result: a row, a column, or one. */
export interface Part {
  readonly row: number | null;
  readonly column: number | null;
}

/** What of the factor at `place` makes `cell`. Of a product of two a row meets a column; a single row is every row's. */
export function partOf({ operator, factors }: MatrixTerm, place: number, grid: Grid, cell: Cell): Part {
  const row = grid.rows === 1 ? 0 : cell.row;
  const column = grid.columns === 1 ? 0 : cell.column;
  if (operator !== "product" || factors.length < 2)
    return { row, column: operator === "function" && factors.length > 1 ? null : column };
  if (place === 0) return { row, column: null };
  return place === factors.length - 1 ? { row: null, column } : { row: null, column: null };
}

export function isPart({ row, column }: Part, cell: Cell): boolean {
  return (row === null || row === cell.row) && (column === null || column === cell.column);
}

/** The cell of the result that is looked at: the first of `wanted` that it has, else its number of largest size. */
export function chosenCell(grid: Grid, frame: Frame, wanted: readonly (Address | null)[]): Cell | null {
  const tensor = frame.tensors[grid.tensor ?? ""];
  if (!tensor || tensor.values == null) return null;
  const asked = wanted.find((address) => address?.tensor === grid.tensor && valueAt(frame, address) !== null);
  return cellAt(grid, asked?.index ?? largest(tensor));
}

/** Where an index of the tensor stands in the grid. */
function cellAt(grid: Grid, index: readonly number[]): Cell {
  const here = { tensor: "", index };
  const at = (cell: Cell) => sameAddress({ tensor: "", index: grid.index(cell) }, here);
  const [first = 0, second = 0] = index;
  const places = [
    { row: first, column: second },
    { row: second, column: first },
  ];
  return places.find(at) ?? { row: 0, column: 0 };
}

/** Which of `size` rows or columns are shown: all, or so many about one of them. */
export function shownOf(size: number, about: number, most: number): { first: number; end: number } {
  if (size <= most) return { first: 0, end: size };
  const first = Math.max(0, Math.min(size - most, about - Math.floor(most / 2)));
  return { first, end: first + most };
}

/** Which cells of a grid are shown: all, or those about the part that makes the cell which is looked at. */
export function windowOf(grid: Grid, part: Part | null, most: { rows: number; columns: number }) {
  return {
    rows: shownOf(grid.rows, part?.row ?? 0, most.rows),
    columns: shownOf(grid.columns, part?.column ?? 0, most.columns),
  };
}

/**
 * How a cell comes of its product, in words: `hidden1.z[0,1]: row 0 of x, times column 1 of Wᵀ`; what is no tensor says
 * itself what it is. Empty for another tick.
 */
export function productText(result: Grid, cell: Cell, term: MatrixTerm | undefined): string {
  if (!term || term.operator !== "product" || result.tensor === null) return "";
  const said = (place: number, line: typeof say.row, factor: MatrixFactor | undefined) => {
    if (!factor?.tensor) return factor?.text ?? "";
    return line(place, factor.text + (factor.transposed ? "ᵀ" : ""));
  };
  const [left, right] = term.factors;
  const name = addressText({ tensor: result.tensor, index: result.index(cell) });
  return say.product(name, said(cell.row, say.row, left), said(cell.column, say.column, right));
}
