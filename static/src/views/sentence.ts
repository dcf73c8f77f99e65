/** What just happened, in words. Spoken by a screen reader: while playing it is silent, on pause it speaks once. */

import { html } from "lit";

import type { Frame } from "../api/types.ts";
import { lastTick } from "../core/net.ts";
import { short } from "../core/numbers.ts";
import type { State } from "../store.ts";
import type { Part } from "../core/sentence.ts";
import * as say from "../strings/sentence.ts";
import { read } from "./number.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function sentenceView(element: HTMLElement, { store }: Desk): Dispose {
  return view(element, store, sentenceTemplate);
}

export function sentenceTemplate({ sentence, net, frame, playing, preview }: State) {
  const phase = net ? lastTick(net, frame)?.phase : undefined;
  return html`
      <p class="told" role="status" aria-live=${playing || (preview && !preview.typed) ? "off" : "polite"}>
        ${
          preview
            ? html`<strong class="badge preview">${say.preview}<span class="sr-only">: </span></strong>`
            : phase
              ? html`<strong class="badge ${phase}">${say.PHASES[phase]}<span class="sr-only">, </span></strong>`
              : html`<strong class="badge ready">${say.start}</strong>`
        }
        ${sentence.map((told) => part(told, frame))}
      </p>
      <p class="hint">
        ${preview ? say.KEEP[preview.typed ? "typed" : "dragged"] : phase ? say.HINTS[phase] : say.begin}
      </p>
    `;
}

function part(told: Part, frame: Frame | null) {
  if (typeof told === "string") return told;
  if ("verdict" in told) return html`<span class="verdict">${told.verdict}</span>`;
  if (told.address) return read(told.address, told.value, frame, { inWords: true });
  return html`<span class="digits">${short(told.value)}</span>`;
}
