/** What just happened, in words. Spoken by a screen reader: while playing it is silent, on pause it speaks once. */

import { html } from "lit";

import type { Frame } from "../api/types.ts";
import { lastTick } from "../core/net.ts";
import { short } from "../core/numbers.ts";
import type { State } from "../store.ts";
import type { Part } from "../core/sentence.ts";
import { read } from "./number.ts";
import { type Desk, type Dispose, view } from "./view.ts";

const PHASES = { forward: "Forward", loss: "Loss", backward: "Backward", update: "Update" } as const;
const HINTS = {
  forward: "values flow towards the loss",
  loss: "how wrong the output is",
  backward: "gradients flow back; weights stay as they are",
  update: "now, and only now, weights move",
} as const;

const KEEP = {
  dragged: "let go to keep it, Esc gives it back; Shift is finer, Ctrl coarser",
  typed: "Enter keeps it, Esc gives it back",
} as const;

export function sentenceView(element: HTMLElement, { store }: Desk): Dispose {
  return view(element, store, sentenceTemplate);
}

export function sentenceTemplate({ sentence, net, frame, playing, preview }: State) {
  const phase = net ? lastTick(net, frame)?.phase : undefined;
  return html`
      <p class="told" role="status" aria-live=${playing || (preview && !preview.typed) ? "off" : "polite"}>
        ${
          preview
            ? html`<strong class="badge preview">Preview<span class="sr-only">: </span></strong>`
            : phase
              ? html`<strong class="badge ${phase}">${PHASES[phase]}<span class="sr-only">, </span></strong>`
              : html`<strong class="badge ready">Start</strong>`
        }
        ${sentence.map((told) => part(told, frame))}
      </p>
      <p class="hint">
        ${preview ? KEEP[preview.typed ? "typed" : "dragged"] : phase ? HINTS[phase] : "press → or Step"}
      </p>
    `;
}

function part(told: Part, frame: Frame | null) {
  if (typeof told === "string") return told;
  if (told.address) return read(told.address, told.value, frame, { spoken: false });
  return html`<span class="digits">${short(told.value)}</span>`;
}
