/** Taking a moment along: Share, Save, and the other ways behind one button. */

import { html } from "lit";

import * as say from "../strings/sharing.ts";
import { arrived } from "./arriving.ts";
import { copyText, saveFrom } from "./files.ts";
import type { Desk } from "./view.ts";

/** What the server gives as a file beside the session itself, each with whether it is of the whole run. */
const FILES = [
  { format: "numpy", whole: false },
  { format: "pytorch", whole: false },
  { format: "safetensors", whole: false },
  { format: "csv", whole: true },
] as const;

export function sharingButtons(desk: Desk) {
  const { store, sharing } = desk;
  const none = !store.state.head;
  const choose = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = "";
    close(input);
    if (file) void sharing.open(file);
  };
  return html`
    <button type="button" class="plain" title=${say.aboutShare} ?disabled=${none} @click=${() => void share()}>
      ${say.share}
    </button>
    <button
      type="button"
      class="plain"
      title=${say.aboutSave}
      ?disabled=${none}
      @click=${() => saveFrom(sharing.file("json"))}
    >
      ${say.save}
    </button>
    <button type="button" class="plain" popovertarget="more" aria-label=${say.more} title=${say.aboutMore} ?disabled=${none}>
      ⋯
    </button>
    <div id="more" class="menu" popover>
      <label class="plain open">${say.open}<input type="file" accept=".json,application/json" aria-label=${say.open} @change=${choose} /></label>
      <button
        type="button"
        class="plain"
        title=${say.aboutBranch}
        @click=${(event: Event) => {
          close(event.target as HTMLElement);
          void sharing.branch();
        }}
      >
        ${say.branch}
      </button>
      <h2>${say.takeAlong}</h2>
      <button
        type="button"
        class="plain"
        title=${say.aboutPicture}
        @click=${(event: Event) => {
          close(event.target as HTMLElement);
          void arrived(store, import("./picture/dialog.ts")).then((loaded) => loaded?.openPictures(desk));
        }}
      >
        ${say.picture}
      </button>
      ${FILES.map(
        ({ format, whole }) =>
          html`<button
            type="button"
            class="plain"
            @click=${(event: Event) => {
              close(event.target as HTMLElement);
              saveFrom(sharing.file(format, whole));
            }}
          >
            ${say.FILES[format]}
          </button>`,
      )}
    </div>
  `;

  async function share(): Promise<void> {
    const link = location.origin + sharing.link();
    const copied = await copyText(link);
    const text = copied ? `${say.copied} ${say.whoeverOpens}` : say.whoeverOpens;
    store.set({ notice: { kind: "news", text, link } });
  }
}

function close(inside: HTMLElement): void {
  inside.closest<HTMLElement>("[popover]")?.hidePopover();
}
