/** What went wrong, or what there is to know, where the learner looks: right above the network. */

import { html, nothing } from "lit";

import * as common from "../strings/common.ts";
import * as say from "../strings/notice.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function noticeView(element: HTMLElement, { store }: Desk): Dispose {
  const close = () => store.set({ notice: null });
  const select = (event: Event) => (event.target as HTMLInputElement).select();
  return view(element, store, ({ notice }) =>
    notice
      ? html`<div class="note ${notice.kind}" role="alert">
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
            notice.kind === "offline"
              ? nothing
              : html`<button type="button" class="plain" aria-label=${common.close} @click=${close}>×</button>`
          }
        </div>`
      : html``,
  );
}
