/** The batch that the present step takes, row by row, and what is trained how. */

import { html, svg } from "lit";
import { guard } from "lit/directives/guard.js";
import { live } from "lit/directives/live.js";

import type { Frame, Spec, Tensor } from "../api/types.ts";
import { gridOf } from "../core/form.ts";
import { INPUT, layerOf, type Net } from "../core/net.ts";
import { element, short, sign } from "../core/numbers.ts";
import type { State } from "../store.ts";
import { field, stepOf } from "./field.ts";
import { number } from "./number.ts";
import { type Desk, type Dispose, view } from "./view.ts";

const RATE = "learning_rate";
const MOST_ROWS = 12;
const MOST_COLUMNS = 3;
/** More numbers in a row than this are a picture of so many pixels. */
const MOST_NUMBERS = 12;
const MOST_PIXELS = 100;

export function dataView(container: HTMLElement, desk: Desk): Dispose {
  return view(container, desk.store, (state) => {
    const { net, frame, spec, sample, catalog, preset } = state;
    if (!net || !frame || !spec) return html``;
    const batch = frame.tensors[net.target]?.shape[0] ?? 0;
    const note = catalog?.presets.find(({ name }) => name === preset)?.text;
    return html`
      ${note ? html`<details class="about" open><summary>About this example</summary><p>${note}</p></details>` : ""}
      <h2>Batch</h2>
      <p class="muted">${batch === 1 ? "one example a step" : html`example ${sample} of ${batch}`}</p>
      ${rows(net, frame, sample, batch, desk)}
      <h2>Training</h2>
      ${settings(spec, state, desk)}
    `;
  });
}

function rows(net: Net, frame: Frame, sample: number, batch: number, { session }: Desk) {
  const input = layerOf(net, INPUT)?.out ?? "";
  const shown = Array.from({ length: Math.min(batch, MOST_ROWS) }, (_, row) => row);
  const choose = (row: number) => () => void session.choose(row);
  return html`<div class="batch" role="radiogroup" aria-label="Sample">
    ${shown.map(
      (row) =>
        html`<div class="row ${row === sample ? "chosen" : ""}">
          ${
            batch > 1
              ? html`<input
                  type="radio"
                  name="sample"
                  aria-label="example ${row} of ${batch}"
                  .checked=${live(row === sample)}
                  @change=${choose(row)}
                />`
              : ""
          }
          <span class="cells">${cells(frame, input, row)}</span>
          <span class="arrow" aria-label="target">→</span>
          <span class="cells">${cells(frame, net.target, row)}</span>
        </div>`,
    )}
    ${batch > MOST_ROWS ? html`<p class="muted">and ${batch - MOST_ROWS} more</p>` : ""}
  </div>`;
}

/** A row's numbers; many of them as a picture, in the order in which they stand on the network. */
function cells(frame: Frame, tensor: string, row: number) {
  const all = frame.tensors[tensor];
  const columns = all?.shape[1];
  if (columns === undefined) return number({ tensor, index: [row] }, element(all, [row]));
  if (columns > MOST_NUMBERS && columns <= MOST_PIXELS) return guard([all], () => picture(all, row, columns));
  const shown = Array.from({ length: Math.min(columns, MOST_COLUMNS) }, (_, column) => [row, column]);
  return html`${shown.map((index) => number({ tensor, index }, element(all, index)))}${
    columns > MOST_COLUMNS
      ? html`<span class="muted" title="${columns} numbers; all of them stand on the network">…</span>`
      : ""
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
    aria-label="${columns} numbers"
  >
    ${values.map((value, i) =>
      value === 0
        ? svg``
        : svg`<rect class=${sign(value)} x=${i % across} y=${Math.floor(i / across)} width="1.02" height="1.02"
            opacity=${(Math.abs(value) / most).toFixed(2)}></rect>`,
    )}
  </svg>`;
}

/** What is trained how; of the optimizer all that it has been told. */
function settings(spec: Spec, state: State, desk: Desk) {
  const data = spec["data"] as { dataset?: string };
  const { type, ...told } = spec.optimizer as Record<string, unknown>;
  const facts: [string, unknown][] = [
    ["loss", spec.loss.type],
    ["optimizer", type],
    ...Object.entries(told),
    ...Object.entries(spec["penalty"] ?? {}).map(([name, value]): [string, unknown] => [
      `penalty ${name}`,
      value,
    ]),
    ["data", data.dataset ?? "given rows"],
    ["batch", spec.batch_size],
    ["micro-batches", spec["accumulate"] === 1 ? null : spec["accumulate"]],
  ];
  return html`<dl class="facts">
    ${facts
      .filter(([name, value]) => name === RATE || (value != null && value !== false && value !== 0))
      .map(
        ([name, value]) =>
          html`<dt>${words(name)}</dt>
            <dd>
              ${name === RATE ? rateField(Number(value), state, desk) : fact(value)}
            </dd>`,
      )}
  </dl>`;
}

function rateField(value: number, state: State, { store, changes }: Desk) {
  return field(
    {
      name: "Learning rate",
      key: RATE,
      value,
      step: stepOf(value),
      about: "From here on; what has run stays",
      commit: (typed) => void changes.settle(RATE, typed),
      revert: () => store.set({ wrong: null }),
    },
    state,
  );
}

function words(name: string): string {
  return name.replaceAll("_", " ");
}

/** A setting as it is read: a number, a name, a list, or the kind of something that has settings of its own. */
function fact(value: unknown): string {
  if (typeof value === "number") return short(value);
  if (Array.isArray(value)) return value.map(fact).join(", ");
  if (value === true) return "yes";
  if (typeof value === "object" && value !== null) return fact((value as { type?: unknown }).type ?? "");
  return words(String(value));
}
