/** The sessions that were left for another: each a click away. */

import { html, nothing } from "lit";

import { type Earlier, earlierText } from "../core/earlier.ts";
import type { State } from "../store.ts";
import * as say from "../strings/shelf.ts";
import type { Desk } from "./view.ts";

/** How many are seen at once; the others stand behind a disclosure. */
const SEEN = 3;

export function shelfPart({ earlier }: State, desk: Desk) {
  if (!earlier.length) return nothing;
  const list = (some: readonly Earlier[]) =>
    html`<ul class="earlier">
      ${some.map((one) => html`<li>${button(one, desk)}</li>`)}
    </ul>`;
  const more = earlier.slice(SEEN);
  return html`<section class="shelf" aria-label=${say.earlier}>
    <h2>${say.earlier}</h2>
    ${list(earlier.slice(0, SEEN))}
    ${more.length ? html`<details><summary class="muted">${say.more(more.length)}</summary>${list(more)}</details>` : nothing}
  </section>`;
}

function button(one: Earlier, { shelf }: Desk) {
  return html`<button
    type="button"
    class="text-button"
    data-session=${one.id}
    title=${say.goBack}
    @click=${() => void shelf.enter(one)}
  >
    ${earlierText(one)}
  </button>`;
}
