/** Name, choice of example, theme, and the list of keys. */

import { html } from "lit";
import { live } from "lit/directives/live.js";

import type { Catalog, Preset } from "../api/types.ts";
import { layersOf } from "../core/build.ts";
import { widthsText } from "../core/form.ts";
import * as say from "../strings/header.ts";
import { openHelp } from "./help.ts";
import { lessonsButton } from "./lessons.ts";
import { sharingButtons } from "./sharing.ts";
import { toggleTheme } from "./theme.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function headerView(element: HTMLElement, desk: Desk): Dispose {
  const { store, session } = desk;
  const choose = (event: Event) => void session.open((event.target as HTMLSelectElement).value);
  return view(
    element,
    store,
    ({ catalog, preset }) => html`
      <h1 class="brand"><span class="mark" aria-hidden="true">∇</span> ${say.name}</h1>
      <label class="choice">
        <span class="sr-only">${say.example}</span>
        <select aria-label=${say.example} @change=${choose} ?disabled=${!catalog}>
          ${preset === null ? html`<option value="" disabled .selected=${live(true)}>${say.ownNetwork}</option>` : ""}
          ${catalog && groups(catalog).map(([group, presets]) => html`<optgroup label=${group}>${presets.map(option(catalog, preset))}</optgroup>`)}
        </select>
      </label>
      ${lessonsButton(desk)}
      <span class="spacer"></span>
      ${sharingButtons(desk)}
      <button type="button" class="plain" @click=${toggleTheme} aria-label=${say.theme} title=${say.aboutTheme}>
        ◐
      </button>
      <button type="button" class="plain" @click=${openHelp} aria-label=${say.keys} title=${say.aboutKeys}>?</button>
    `,
  );
}

/** The presets by group, in the order of the catalog. */
function groups({ presets }: Catalog): [string, Preset[]][] {
  const names = [...new Set(presets.map(({ group }) => group))];
  return names.map((name) => [name, presets.filter(({ group }) => group === name)]);
}

const option =
  (catalog: Catalog, chosen: string | null) =>
  ({ name, title, spec }: Preset) =>
    html`<option value=${name} .selected=${live(name === chosen)}>${title} · ${shape(catalog, spec)}</option>`;

/** The widths of a preset's layers, the input's first where it is known. */
function shape({ datasets }: Catalog, spec: Record<string, unknown>): string {
  const layers = layersOf(spec).map(({ units }) => units);
  const { inline, dataset } = spec["data"] as { inline?: { x: number[][] }; dataset?: string };
  const known = datasets.find(({ type }) => type === dataset) as { inputs?: number } | undefined;
  const inputs = inline?.x[0]?.length ?? known?.inputs;
  return widthsText(inputs === undefined ? layers : [inputs, ...layers]);
}
