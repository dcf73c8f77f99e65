/** The mark at a layer that something is found about: it says what, and leads to the diagnosis. */

import { html, nothing } from "lit";

import { findingsOf, titleOf } from "../core/diagnosis.ts";
import type { State, Store } from "../store.ts";
import * as say from "../strings/ailing.ts";
import { NAMES as CHARTS } from "../strings/tabs.ts";

export function ailing({ diagnosis }: State, layers: readonly string[], store: Store) {
  const found = layers.flatMap((layer) => findingsOf(diagnosis, layer));
  const [first] = found;
  if (!first) return nothing;
  const titles = [...new Set(found.map(titleOf))].join(", ");
  return html`<button
    type="button"
    class="ailing"
    data-finding=${first.code}
    data-about=${first.layer}
    aria-label=${say.diagnosis(first.layer, titles)}
    title=${first.cause}
    @mousedown=${(event: Event) => event.preventDefault()}
    @click=${() => store.set({ chart: CHARTS.diagnosis })}
  >
    !
  </button>`;
}
