/** The numbers of the optimizer as fields: each holds from the moment that is shown on, and nothing starts anew. */

import { html, type TemplateResult } from "lit";

import type { Spec } from "../api/types.ts";
import { settingsOf } from "../core/settings.ts";
import type { State } from "../store.ts";
import { field } from "./field.ts";
import type { Desk } from "./view.ts";

/** A name and a field for each number that the optimizer has. */
export function settingRows(spec: Spec, state: State, desk: Desk): TemplateResult[] {
  return settingsOf(spec.optimizer, state.catalog).map((setting) => {
    const { key, name, value, scale, about } = setting;
    const hint = `${about ? `${about}; ` : ""}from here on, what has run stays`;
    return html`<dt>${name.toLowerCase()}</dt>
      <dd>${field({ name, key, value, scale, about: hint, handle: { setting } }, state, desk)}</dd>`;
  });
}
