/** The examples that the present step takes, row by row, and which of them is traced; or the own one in their place. */

import { html, nothing, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import { live } from "lit/directives/live.js";

import type { Frame, Tensor } from "../api/types.ts";
import { gridOf } from "../core/form.ts";
import { classOf, INPUT, layerOf, type Net } from "../core/net.ts";
import { element, sign } from "../core/numbers.ts";
import type { State } from "../store.ts";
import * as say from "../strings/batch.ts";
import * as common from "../strings/common.ts";
import { number } from "./number.ts";
import type { Desk } from "./view.ts";

const MOST_ROWS = 12;
/** More numbers than this take two lines; the dots stand in the place of the last of them. */
const MOST_COLUMNS = 3;
/** More numbers in a row than this are a picture of so many pixels. */
const MOST_NUMBERS = 12;
const MOST_PIXELS = 100;

export function batchRows(net: Net, frame: Frame, state: State, desk: Desk) {
  const batch = frame.tensors[net.target]?.shape[0] ?? 0;
  return html`${which(batch, state, desk)} ${rows(net, frame, state.sample, batch, desk)}`;
}

/** Which example is traced, and the way to the one before and the one after. */
function which(batch: number, { sample, own }: State, { session, changes }: Desk) {
  if (own)
    return html`<p class="own-example">${say.own}</p>
      <button type="button" class="plain" @click=${() => void changes.backToData()}>${say.backToData}</button>`;
  if (batch === 1) return html`<p class="muted">${say.single}</p>`;
  const to = (by: number, sign: string, name: string, key: string) =>
    html`<button
      type="button"
      class="plain"
      aria-label=${name}
      title=${say.withKey(name, key)}
      aria-disabled=${sample + by < 0 || sample + by >= batch}
      @click=${() => void session.chooseFurther(by)}
    >
      ${sign}
    </button>`;
  return html`<p class="which">
    <span class="muted">${common.exampleOf(sample, batch)}</span>
    ${to(-1, "‹", say.previous, "[")}${to(1, "›", say.next, "]")}
  </p>`;
}

function rows(net: Net, frame: Frame, sample: number, batch: number, { session }: Desk) {
  const input = layerOf(net, INPUT)?.out ?? "";
  const first = Math.floor(sample / MOST_ROWS) * MOST_ROWS;
  const shown = Array.from({ length: Math.min(batch - first, MOST_ROWS) }, (_, i) => first + i);
  const choose = (row: number) => () => void session.choose(row);
  return html`<div class="batch" role="radiogroup" aria-label=${say.examples}>
    ${shown.map(
      (row) =>
        html`<div class="row ${row === sample ? "chosen" : ""}">
          ${
            batch > 1
              ? html`<input
                  type="radio"
                  name="sample"
                  aria-label=${common.exampleOf(row, batch)}
                  .checked=${live(row === sample)}
                  @change=${choose(row)}
                />`
              : nothing
          }
          <span class="cells">${cells(frame, input, row)}</span>
          <span class="to-target" aria-label=${say.target}>→</span>
          <span class="cells" title=${classOf(net, frame, row) ?? nothing}>${cells(frame, net.target, row)}</span>
        </div>`,
    )}
    ${batch > MOST_ROWS ? html`<p class="muted">${say.more(batch - shown.length)}</p>` : nothing}
  </div>`;
}

/** A row's numbers; many of them as a picture, in the order in which they stand on the network. */
function cells(frame: Frame, tensor: string, row: number) {
  const all = frame.tensors[tensor];
  const columns = all?.shape[1];
  if (columns === undefined) return number({ tensor, index: [row] }, element(all, [row]));
  if (columns > MOST_NUMBERS && columns <= MOST_PIXELS) return guard([all], () => picture(all, row, columns));
  const fitting = columns > MOST_COLUMNS ? MOST_COLUMNS - 1 : columns;
  const shown = Array.from({ length: fitting }, (_, column) => [row, column]);
  return html`${shown.map((index) => number({ tensor, index }, element(all, index)))}${
    columns > MOST_COLUMNS ? html`<span class="muted" title=${say.manyNumbers(columns)}>…</span>` : ""
  }`;
}

function picture(tensor: Tensor | null | undefined, row: number, columns: number) {
  const across = gridOf({ units: columns }).columns;
  const values = Array.from({ length: columns }, (_, column) => element(tensor, [row, column]) ?? 0);
  const most = Math.max(...values.map(Math.abs), 1e-300);
  const height = Math.ceil(columns / across);
  return html`<svg
    class="picture"
    viewBox="0 0 ${across} ${height}"
    width=${5 * across}
    height=${5 * height}
    role="img"
    aria-label=${say.numbers(columns)}
  >
    ${values.map((value, i) =>
      value === 0
        ? svg``
        : svg`<rect class=${sign(value)} x=${i % across} y=${Math.floor(i / across)} width="1.02" height="1.02"
            opacity=${(Math.abs(value) / most).toFixed(2)}></rect>`,
    )}
  </svg>`;
}
