/** The batch that the present step takes, row by row, and what is trained how. */

import { html } from "lit";

import type { Spec } from "../api/types.ts";
import { short } from "../core/numbers.ts";
import type { State } from "../store.ts";
import { batchRows } from "./batch.ts";
import { settingRows } from "./settings.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function dataView(container: HTMLElement, desk: Desk): Dispose {
  return view(container, desk.store, (state) => {
    const { net, frame, spec, catalog, preset } = state;
    if (!net || !frame || !spec) return html``;
    const note = catalog?.presets.find(({ name }) => name === preset)?.text;
    return html`
      ${note ? html`<details class="about" open><summary>About this example</summary><p>${note}</p></details>` : ""}
      <h2>Batch</h2>
      ${batchRows(net, frame, state, desk)}
      <h2>Training</h2>
      ${settings(spec, state, desk)}
    `;
  });
}

/** What is trained how: facts, and of the optimizer the numbers, which can be changed. */
function settings(spec: Spec, state: State, desk: Desk) {
  const data = spec["data"] as { dataset?: string };
  const { type, ...told } = spec.optimizer as Record<string, unknown>;
  const rest = Object.entries(told).filter(([, value]) => typeof value === "boolean" || isKind(value));
  return html`<dl class="facts">
    ${facts([
      ["loss", spec.loss.type],
      ["optimizer", type],
    ])}
    ${settingRows(spec, state, desk)}
    ${facts([
      ...rest,
      ...Object.entries(spec["penalty"] ?? {}).map(([name, value]): [string, unknown] => [
        `penalty ${name}`,
        value,
      ]),
      ["data", data.dataset ?? "given rows"],
      ["batch", spec.batch_size],
      ["micro-batches", spec["accumulate"] === 1 ? null : spec["accumulate"]],
    ])}
  </dl>`;
}

function isKind(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Names and values, of those that say something. */
function facts(all: [string, unknown][]) {
  return all
    .filter(([, value]) => value != null && value !== false && value !== 0)
    .map(
      ([name, value]) =>
        html`<dt>${words(name)}</dt>
          <dd>${fact(value)}</dd>`,
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
