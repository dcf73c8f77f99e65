/** What went wrong, where the learner looks: right above the network. */

import { html, nothing } from "lit";

import { type Desk, type Dispose, view } from "./view.ts";

export function noticeView(element: HTMLElement, { store }: Desk): Dispose {
  const close = () => store.set({ notice: null });
  return view(element, store, ({ notice }) =>
    notice
      ? html`<div class="note ${notice.kind}" role="alert">
          <span>${notice.text}</span>
          ${
            notice.kind === "offline"
              ? nothing
              : html`<button type="button" class="plain" aria-label="Close" @click=${close}>×</button>`
          }
        </div>`
      : html``,
  );
}
