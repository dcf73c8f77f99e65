/** The table behind a chart: its numbers for who does not see the drawing. */

import { html, type TemplateResult } from "lit";
import { guard } from "lit/directives/guard.js";

import { full, short } from "../../core/numbers.ts";
import type { Cell, Sheet } from "../../core/sheet.ts";
import * as say from "../../strings/sheet.ts";

const MOST_ROWS = 400;

/** Of many rows the last: those of a run are its latest. */
export function tableOf(sheet: Sheet) {
  return guard([sheet], () => template(sheet));
}

function template({ columns, rows, of }: Sheet): TemplateResult {
  const shown = rows.slice(-MOST_ROWS);
  return html`<div class="chart-rows" tabindex="0" role="group" aria-label=${say.title}>
    <table>
      <caption>
        ${shown.length < rows.length ? say.last(shown.length, rows.length, of) : say.all(rows.length, of)}
      </caption>
      <thead>
        <tr>
          ${columns.map((name) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ([first, ...rest]) =>
            html`<tr>
              <th scope="row" class="digits">${said(first ?? null)}</th>
              ${rest.map((cell, i) => field(cell, columns[i + 1] ?? "", first ?? null))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function field(cell: Cell, column: string, row: Cell) {
  if (typeof cell !== "number") return html`<td>${cell}</td>`;
  return html`<td class="digits" data-column=${column} data-row=${said(row)} data-value=${full(cell)}>${short(cell)}</td>`;
}

function said(cell: Cell): string {
  return typeof cell === "number" ? (Number.isInteger(cell) ? String(cell) : short(cell)) : (cell ?? "");
}
