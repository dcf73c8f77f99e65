/** What just happened, in words. Spoken by a screen reader: while it changes fast it is silent, then it speaks once. */

import { html, render } from "lit";
import { keyed } from "lit/directives/keyed.js";

import type { Frame } from "../api/types.ts";
import { lastTick } from "../core/net.ts";
import { short } from "../core/numbers.ts";
import type { Preview, State } from "../store.ts";
import type { Part } from "../core/sentence.ts";
import * as say from "../strings/sentence.ts";
import { read } from "./number.ts";
import type { Desk, Dispose } from "./view.ts";

export function sentenceView(element: HTMLElement, { store, session, clock }: Desk): Dispose {
  let silent = false;
  let told = 0;
  const draw = () => render(sentenceTemplate(store.state, silent, told), element);
  /** Speak what it has come to. A reader speaks only what is put there while it listens. */
  const speak = async () => {
    await session.settled();
    await session.act(() => Promise.resolve(), false);
    if (!silent || changesFast(store.state)) return;
    silent = false;
    draw();
    clock.request(() => {
      told++;
      draw();
    });
  };
  return store.watch((state) => {
    if (changesFast(state)) silent = true;
    else if (silent) void speak();
    draw();
  });
}

/** Whether it is played, trained or dragged, and so nobody could listen to all of it. */
function changesFast({ playing, run, preview }: State): boolean {
  return playing || run?.status === "running" || (preview !== null && !preview.typed);
}

/** What is `told` anew is put there anew, though it be the same. */
export function sentenceTemplate({ sentence, net, frame, preview }: State, silent = false, told = 0) {
  const phase = net ? lastTick(net, frame)?.phase : undefined;
  return html`
      <p class="told" role="status" aria-live=${silent ? "off" : "polite"}>
        ${keyed(
          told,
          html`${
            preview
              ? html`<strong class="badge preview">${say.preview}<span class="sr-only">: </span></strong>`
              : phase
                ? html`<strong class="badge ${phase}">${say.PHASES[phase]}<span class="sr-only">, </span></strong>`
                : html`<strong class="badge ready">${say.start}</strong>`
          }
        ${sentence.map((one) => part(one, frame))}`,
        )}
      </p>
      <p class="hint">
        ${preview ? keep(preview) : phase ? say.HINTS[phase] : say.begin}
      </p>
    `;
}

function keep({ typed }: Preview) {
  return typed ? say.keepTyped : html`${say.keepDragged}<span class="of-keys">${say.whileDragging}</span>`;
}

function part(one: Part, frame: Frame | null) {
  if (typeof one === "string") return one;
  if ("verdict" in one) return html`<span class="comes-to">${one.verdict}</span>`;
  if (one.address) return read(one.address, one.value, frame, { inWords: true });
  return html`<span class="digits">${short(one.value)}</span>`;
}
