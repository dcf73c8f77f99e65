/** The batch that the present step takes, row by row, and what is trained how. */

import { html } from "lit";
import { live } from "lit/directives/live.js";

import type { Frame, Spec } from "../api/types.ts";
import { INPUT, layerOf, type Net } from "../core/net.ts";
import { element, short } from "../core/numbers.ts";
import type { Session } from "../session.ts";
import type { Store } from "../store.ts";
import { number } from "./number.ts";
import { type Dispose, view } from "./view.ts";

const MOST_ROWS = 12;
const MOST_COLUMNS = 3;

export function dataView(container: HTMLElement, store: Store, session: Session): Dispose {
  return view(container, store, ({ net, frame, spec, sample }) => {
    if (!net || !frame || !spec) return html``;
    const batch = frame.tensors[net.target]?.shape[0] ?? 0;
    return html`
      <h2>Batch</h2>
      <p class="muted">${batch === 1 ? "one example a step" : html`example ${sample} of ${batch}`}</p>
      ${rows(net, frame, sample, batch, session)}
      <h2>Training</h2>
      ${settings(spec)}
    `;
  });
}

function rows(net: Net, frame: Frame, sample: number, batch: number, session: Session) {
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

function cells(frame: Frame, tensor: string, row: number) {
  const columns = frame.tensors[tensor]?.shape[1] ?? 0;
  const shown = Array.from({ length: Math.min(columns, MOST_COLUMNS) }, (_, column) => [row, column]);
  return html`${shown.map((index) => number({ tensor, index }, element(frame.tensors[tensor], index)))}${
    columns > MOST_COLUMNS
      ? html`<span class="muted" title="${columns} numbers; all of them stand on the network">…</span>`
      : ""
  }`;
}

function settings(spec: Spec) {
  const words = (name: string) => name.replaceAll("_", " ");
  const data = spec["data"] as { dataset?: string };
  const facts: [string, string][] = [
    ["loss", words(spec.loss.type)],
    ["optimizer", words(spec.optimizer.type)],
    ["learning rate", short(spec.optimizer.learning_rate)],
    ["data", data.dataset ?? "given rows"],
    ["batch", String(spec.batch_size)],
  ];
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<dt>${name}</dt>
          <dd>${value}</dd>`,
    )}
  </dl>`;
}
