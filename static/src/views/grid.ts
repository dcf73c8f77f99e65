/** A matrix as a table of its numbers: each lights its like everywhere and can be asked; of a large one a part is shown. */

import { html, nothing, type TemplateResult } from "lit";

import type { Frame } from "../api/types.ts";
import { type Cell, type Grid, isPart, type Part, windowOf } from "../core/matrices.ts";
import { type Address, addressText, DASH, full, short, sign, valueAt } from "../core/numbers.ts";
import * as say from "../strings/grid.ts";
import { number } from "./number.ts";

const MOST = { rows: 8, columns: 4 };

/** What is shown of a matrix: about `about`, with the cells of `part` standing out and one that Tab stops at. */
interface Look {
  readonly frame: Frame;
  readonly about: Part | null;
  readonly part: Part | null;
  readonly stop: Cell;
}

/** `label` is what it is called aloud. */
export function gridView(grid: Grid, label: string, look: Look): TemplateResult {
  const { rows, columns } = windowOf(grid, look.about, MOST);
  const whole = rows.end - rows.first === grid.rows && columns.end - columns.first === grid.columns;
  const range = (end: number, first: number) => Array.from({ length: end - first }, (_, i) => first + i);
  const shown = range(columns.end, columns.first);
  // Where a row or a column of what is shown is the stop, it may be out of sight; then the first one is.
  const stop = {
    row: Math.min(Math.max(look.stop.row, rows.first), rows.end - 1),
    column: Math.min(Math.max(look.stop.column, columns.first), columns.end - 1),
  };
  return html`<table class="grid" aria-label=${label} @keydown=${walk}>
      <thead>
        <tr>
          <td></td>
          ${shown.map((column) => html`<th scope="col">${column}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${range(rows.end, rows.first).map(
          (row) =>
            html`<tr>
              <th scope="row">${row}</th>
              ${shown.map((column) => cellView(grid, { row, column }, { ...look, stop }))}
            </tr>`,
        )}
      </tbody>
    </table>
    ${
      whole
        ? nothing
        : html`<span class="rest"
            >${say.shown(rows.first, rows.end - 1, columns.first, columns.end - 1)}</span
          >`
    }`;
}

function cellView(grid: Grid, cell: Cell, { frame, part, stop }: Look): TemplateResult {
  const focusable = cell.row === stop.row && cell.column === stop.column;
  const own = part !== null && isPart(part, cell);
  const shown = content(grid, cell, frame, focusable);
  return html`<td class=${own ? "own" : ""} data-row=${cell.row} data-column=${cell.column}>${shown}</td>`;
}

/** A number of this moment is one like everywhere; one of before the tick leads to it; one that is not stored stands there. */
function content(grid: Grid, cell: Cell, frame: Frame, focusable: boolean): TemplateResult {
  const value = grid.value(cell);
  if (grid.tensor === null)
    return value === null
      ? html`<span class="digits">${DASH}</span>`
      : html`<span class="digits ${sign(value)}" data-figure=${full(value)}>${short(value)}</span>`;
  const address = { tensor: grid.tensor, index: grid.index(cell) };
  if (!grid.before || value === null) return number(address, value, { focusable });
  return Object.is(valueAt(frame, address), value)
    ? number(address, value, { focusable })
    : was(address, value, focusable);
}

function was(address: Address, value: number, focusable: boolean): TemplateResult {
  const name = addressText(address);
  return html`<button
    type="button"
    class="number then ${sign(value)}"
    tabindex=${focusable ? 0 : -1}
    data-asks=${name}
    data-figure=${full(value)}
    aria-label=${say.spokenBefore(short(value), name)}
    title=${say.before(name, full(value))}
    ><span class="digits">${short(value)}</span></button>`;
}

/** The arrow keys go from cell to cell. */
function walk(event: KeyboardEvent): void {
  const [down, right] =
    { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] ?? [];
  const cell = (event.target as Element).closest<HTMLElement>("td[data-row]");
  if (down === undefined || right === undefined || !cell) return;
  event.preventDefault();
  const [row, column] = [Number(cell.dataset["row"]) + down, Number(cell.dataset["column"]) + right];
  const next = `td[data-row="${row}"][data-column="${column}"] button`;
  cell.closest("table")?.querySelector<HTMLElement>(next)?.focus();
}
