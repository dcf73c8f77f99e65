/** Numbers as rows under headings: what stands behind a chart as a table, and what is given away of it as CSV. */

import { full } from "./numbers.ts";

/** Null where a row has nothing. */
export type Cell = number | string | null;

export interface Sheet {
  /** What the rows are: `steps that are drawn`. */
  readonly of: string;
  /** The first cell of a row is what the row is called by. */
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** A spreadsheet would compute what begins so. */
const FORMULA = /^[=+\-@\t\r]/;

/** As CSV: every number in full, an empty cell where there is nothing. */
export function csv({ columns, rows }: Sheet): string {
  return [columns, ...rows, []].map((row) => row.map(cellText).join(",")).join("\r\n");
}

function cellText(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return full(cell);
  const text = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
