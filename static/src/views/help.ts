/** The list of keys, in a dialog; single ones can be switched off. */

import { html, render } from "lit";

import * as common from "../strings/common.ts";
import * as say from "../strings/help.ts";
import { KEYS, switchedOff, switchKey } from "./keys.ts";

export function openHelp(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "help";
  dialog.setAttribute("aria-label", say.title);
  const off = switchedOff();
  const change = (keys: string) => (event: Event) =>
    switchKey(keys, (event.target as HTMLInputElement).checked);
  render(
    html`
      <h2>${say.title}</h2>
      <p class="muted">${say.about}</p>
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
        <li>${say.toTheNetwork}</li>
        <li>${say.ask}</li>
      </ul>
      <form method="dialog"><button class="plain">${common.close}</button></form>
    `,
    dialog,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
