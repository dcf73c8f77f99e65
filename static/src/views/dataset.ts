/** What the network learns from: the choice of data, a picture of its rows, and ways to bring rows of one's own. */

import { html, nothing } from "lit";

import type { Catalog, Spec } from "../api/types.ts";
import { entryOf } from "../core/build.ts";
import { dataName } from "../core/earlier.ts";
import type { Cloud } from "../core/scatter.ts";
import type { State } from "../store.ts";
import * as say from "../strings/dataset.ts";
import { drawingPart } from "./drawing.ts";
import { scatterPart } from "./scatter.ts";
import { pick, settingsIn, unusual } from "./setting.ts";
import { fileButton, tablePart } from "./table.ts";
import type { Desk } from "./view.ts";

const DATA = "/data";
/** The value of the choice that is none of the catalog's. */
const OTHER = "";

export function datasetPart(spec: Spec, catalog: Catalog, cloud: Cloud | null, state: State, desk: Desk) {
  const { draws } = state.building;
  return html`<div class="heading">
      <h2>${say.title}</h2>
      ${choice(spec, catalog, state, desk)}
    </div>
    ${draws ? drawingPart(catalog, cloud, state, desk) : cloud ? scatterPart(cloud, state, desk) : nothing}
    ${tablePart(state, desk)}
    ${fields(spec, catalog, state, desk)}
    <div class="ways">
      <button type="button" class="text-button" aria-pressed=${draws ? "true" : "false"} @click=${() => desk.builder.draw(!draws)}>
        ${say.draw}
      </button>
      ${fileButton(desk)}
    </div>`;
}

function choice(spec: Spec, catalog: Catalog, state: State, { builder }: Desk) {
  const { dataset } = spec["data"] as { dataset?: string };
  const known = catalog.datasets.map(({ type, title }) => ({ value: type, text: title }));
  const other = { value: OTHER, text: dataName(spec, catalog, state.building.tables) };
  const one = {
    name: say.dataSet,
    label: "",
    control: DATA,
    about: say.about,
  };
  const choose = (value: unknown) => value !== OTHER && builder.useDataset(String(value));
  return pick(one, dataset === undefined ? [other, ...known] : known, dataset ?? OTHER, state, choose);
}

function fields(spec: Spec, catalog: Catalog, state: State, desk: Desk) {
  const data = spec["data"] as { dataset?: string };
  const made = catalog.datasets.find(({ type }) => type === data.dataset);
  const beside = entryOf(catalog.settings, "data");
  const told = [...(made?.fields ?? []), ...(beside?.fields ?? [])];
  const samples = unusual(told, data).join(", ");
  return html`<details class="more-settings">
    <summary>${say.rows}<span class="muted">${samples && ` · ${samples}`}</span></summary>
    <div class="settings">
      ${settingsIn(made, { name: "", control: DATA }, data, state, desk)}
      ${settingsIn(beside, { name: "", control: DATA }, data, state, desk)}
    </div>
  </details>`;
}
