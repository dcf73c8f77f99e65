/** What several charts say in the same way: a choice beside the tabs, and a number with its place in the table. */

import { html } from "lit";

import { full, short, signed } from "../../core/numbers.ts";

/** A choice among values, each with its name. */
export function choice(
  label: string,
  options: readonly (readonly [value: string, name: string])[],
  chosen: string,
  choose: (value: string) => void,
) {
  return html`<label class="chart-choice"
    >${label}
    <select @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${options.map(([value, name]) => html`<option value=${value} ?selected=${value === chosen}>${name}</option>`)}
    </select></label
  >`;
}

/** A number that stands in a chart's table too: by its column, and its row, which is the present moment's when left out. */
export function fact(column: string, value: number, row: string | number = "now", text = short(value)) {
  return html`<b class="digits" data-column=${column} data-row=${row} data-value=${full(value)}>${text}</b>`;
}

/** What a move changes the loss by: as the slope promises, or really. */
export function change(move: string, manner: "predicted" | "real", by: number) {
  return fact(`${move} ${manner}`, by, "now", signed(by));
}

/** A number that stands in no table. */
export function digits(value: number) {
  return html`<b class="digits">${value}</b>`;
}
