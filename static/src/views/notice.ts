/** What went wrong, or what there is to know: over the page, so that nothing moves, until it is closed or is no more. */

import { html, nothing } from "lit";

import type { Lasting, Notice } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/notice.ts";
import * as waiting from "../strings/waiting.ts";
import { handOn } from "./focus.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function noticeView(element: HTMLElement, { store }: Desk): Dispose {
  /** What had the focus before the notice had it. */
  let before: EventTarget | null = null;
  const enter = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!(currentTarget as Element).contains(relatedTarget as Node | null)) before = relatedTarget;
  };
  const close = () => {
    handOn(element, () => before as HTMLElement | null);
    store.set({ notice: null });
  };
  const closable = (notice: Notice) => notice.kind !== "offline";
  const escape = (event: KeyboardEvent) => {
    const { notice } = store.state;
    if (event.key !== "Escape" || !notice || !closable(notice)) return;
    event.stopPropagation();
    close();
  };
  const select = (event: Event) => (event.target as HTMLInputElement).select();
  return view(
    element,
    store,
    ({ notice, lasting }) => html`<div class="notices">
    <div aria-live="polite">${lasting ? work(lasting) : nothing}</div>
    ${notice ? told(notice) : nothing}
  </div>`,
  );

  function told(notice: Notice) {
    return html`<div class="note ${notice.kind}" role="alert" @keydown=${escape} @focusin=${enter}>
      <span>${notice.text}</span>
      ${
        notice.link === undefined
          ? nothing
          : html`<input class="link" readonly aria-label=${say.link} .value=${notice.link} @focus=${select} />`
      }
      ${notice.actions?.map(
        ({ name, run }) =>
          html`<button
            type="button"
            class="plain"
            @click=${() => {
              close();
              run();
            }}
          >
            ${name}
          </button>`,
      )}
      ${
        closable(notice)
          ? html`<button type="button" class="plain dismiss" aria-label=${common.close} @click=${close}>×</button>`
          : nothing
      }
    </div>`;
  }
}

/** Work that takes long. Its words are spoken once: how far it is stands in the bar, and is read where that is looked at. */
function work({ text, progress, giveUp }: Lasting) {
  const far = progress && waiting.percent(progress.done / progress.total);
  return html`<div class="note work">
    <span>${text}</span>
    ${
      progress
        ? html`<progress aria-label=${waiting.howFar} max=${progress.total} .value=${progress.done} aria-valuetext=${far}></progress>
          <span class="digits" aria-hidden="true">${far}</span>`
        : html`<progress aria-label=${waiting.howFar}></progress>`
    }
    ${giveUp ? html`<button type="button" class="plain" @click=${giveUp}>${common.cancel}</button>` : nothing}
  </div>`;
}
