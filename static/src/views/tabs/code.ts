/** The step as code, in NumPy and PyTorch: a line a tick, the present tick's line lit. */

import { html } from "lit";

import { lastTick } from "../../core/net.ts";
import type { State, Store } from "../../store.ts";
import type { TabMaker } from "./tab.ts";

const LANGUAGES = { numpy: "NumPy", pytorch: "PyTorch" } as const;
type Language = keyof typeof LANGUAGES;

export const codeTab: TabMaker = ({ store }) => ({
  draw: (state) => code(state, store),
  drawn: revealPresent,
});

function code({ net, frame, language }: State, store: Store) {
  const ticks = net?.schedule ?? [];
  const present = net && lastTick(net, frame)?.index;
  const choose = (name: Language) => () => store.set({ language: name });
  return html`
    <div class="languages" role="radiogroup" aria-label="Language">
      ${(Object.keys(LANGUAGES) as Language[]).map(
        (name) =>
          html`<label
            ><input type="radio" name="language" .checked=${name === language} @change=${choose(name)} /><span
              >${LANGUAGES[name]}</span
            ></label
          >`,
      )}
    </div>
    <ol class="code" tabindex="0" aria-label="Code of one step">
      ${ticks.map(
        (tick) =>
          html`<li class=${tick.phase} aria-current=${tick.index === present ? "step" : "false"}>
            <code>${tick.code[language]}</code>
          </li>`,
      )}
    </ol>
  `;
}

/** Scroll the lit line into sight inside its own box, never the page. */
function revealPresent(element: HTMLElement): void {
  const box = element.querySelector<HTMLElement>(".code");
  const line = box?.querySelector<HTMLElement>("[aria-current=step]");
  if (!box || !line) return;
  const top = line.offsetTop - box.offsetTop;
  if (top < box.scrollTop || top + line.offsetHeight > box.scrollTop + box.clientHeight)
    box.scrollTop = top - box.clientHeight / 2;
}
