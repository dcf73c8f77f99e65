/** Taking a moment along: Share, Save, and the other ways behind one button. */

import { html } from "lit";

import { copyText, saveFrom } from "./files.ts";
import type { Desk } from "./view.ts";

/** What the server gives as a file beside the session itself, each with whether it is of the whole run. */
const FILES = [
  { name: "NumPy script", format: "numpy", whole: false },
  { name: "PyTorch script", format: "pytorch", whole: false },
  { name: "Weights (safetensors)", format: "safetensors", whole: false },
  { name: "Curves (CSV)", format: "csv", whole: true },
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
    <button type="button" class="plain" title="A link to this very moment" ?disabled=${none} @click=${() => void share()}>
      Share
    </button>
    <button
      type="button"
      class="plain"
      title="The session as a file, to go on with on any server"
      ?disabled=${none}
      @click=${() => saveFrom(sharing.file("json"))}
    >
      Save
    </button>
    <button type="button" class="plain" popovertarget="more" aria-label="More" title="Open, branch, scripts, weights" ?disabled=${none}>
      ⋯
    </button>
    <div id="more" class="menu" popover>
      <label class="plain open">Open a saved session<input type="file" accept=".json,application/json" aria-label="Open a saved session" @change=${choose} /></label>
      <button
        type="button"
        class="plain"
        title="A session of its own from this moment"
        @click=${(event: Event) => {
          close(event.target as HTMLElement);
          void sharing.branch();
        }}
      >
        Branch from here
      </button>
      <h2>Take along</h2>
      <button
        type="button"
        class="plain"
        title="The network as SVG or PNG, or some ticks of it as a GIF"
        @click=${(event: Event) => {
          close(event.target as HTMLElement);
          void import("./picture/dialog.ts").then(({ openPictures }) => openPictures(desk));
        }}
      >
        Save a picture
      </button>
      ${FILES.map(
        ({ name, format, whole }) =>
          html`<button
            type="button"
            class="plain"
            @click=${(event: Event) => {
              close(event.target as HTMLElement);
              saveFrom(sharing.file(format, whole));
            }}
          >
            ${name}
          </button>`,
      )}
    </div>
  `;

  async function share(): Promise<void> {
    const link = location.origin + sharing.link();
    const copied = await copyText(link);
    const text = `${copied ? "Copied. " : ""}Whoever opens this link sees this very moment, and changes only a copy:`;
    store.set({ notice: { kind: "news", text, link } });
  }
}

function close(inside: HTMLElement): void {
  inside.closest<HTMLElement>("[popover]")?.hidePopover();
}
