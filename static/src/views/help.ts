/** The list of keys, in a dialog; single ones can be switched off. */

import { html, render } from "lit";

import { KEYS, switchedOff, switchKey } from "./keys.ts";

export function openHelp(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "help";
  dialog.setAttribute("aria-label", "Keys");
  const off = switchedOff();
  const change = (keys: string) => (event: Event) =>
    switchKey(keys, (event.target as HTMLInputElement).checked);
  render(
    html`
      <h2>Keys</h2>
      <p class="muted">
        They act while the page or the network has the focus. Clear a box to switch a key off.
      </p>
      <ul>
        ${KEYS.map(
          ({ keys, shown, does }) =>
            html`<li>
              <label
                ><input type="checkbox" ?checked=${!off.has(keys)} @change=${change(keys)} />
                <kbd>${shown}</kbd> ${does}</label
              >
            </li>`,
        )}
        <li><kbd>Tab</kbd> to the network, one stop a layer; <kbd>↑</kbd> <kbd>↓</kbd> inside</li>
        <li><kbd>Enter</kbd> ask how a number came to be; <kbd>Esc</kbd> back</li>
      </ul>
      <form method="dialog"><button class="plain">Close</button></form>
    `,
    dialog,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
