/**
 * The step as code, in NumPy and PyTorch: a line of the plan after the other, the present tick's lit, and below each what
 * it has made. A variable lights its tensor everywhere. The whole, as a script that runs, can be taken along.
 */

import { html, nothing, type TemplateResult } from "lit";

import type { Frame, ScheduledTick } from "../../api/types.ts";
import { type CodeLine, codeOf, type Language, madeBy } from "../../core/code.ts";
import { batched, lastTick, type Net } from "../../core/net.ts";
import { elements, lightsText, sizeOf } from "../../core/numbers.ts";
import type { State } from "../../store.ts";
import * as say from "../../strings/code.ts";
import * as common from "../../strings/common.ts";
import { copyText, saveFrom } from "../files.ts";
import { number } from "../number.ts";
import type { Desk } from "../view.ts";
import type { TabMaker } from "./tab.ts";

/** So many numbers stand below a line; of a larger batch the chosen example's, of what is larger still the shape. */
const MOST = 12;

export const codeTab: TabMaker = (desk) => {
  let known: { net: Net; language: Language; lines: ReturnType<typeof codeOf> } | null = null;
  let revealed = "";
  const linesOf = (net: Net, language: Language) => {
    if (known?.net !== net || known.language !== language)
      known = { net, language, lines: codeOf(net, language) };
    return known.lines;
  };
  return {
    draw: (state) => html`
      ${choices(state, desk)}
      <ol class="code" tabindex="0" aria-label=${say.title}>
        ${state.net ? listing(state.net, state, linesOf(state.net, state.language)) : nothing}
      </ol>
    `,
    // Only when another line is the present one: who has scrolled elsewhere is not to be taken away from there.
    drawn: (panel, { t, language }) => {
      const now = `${t} ${language}`;
      if (now !== revealed) revealPresent(panel);
      revealed = now;
    },
    left: () => (revealed = ""),
  };
};

function choices({ language, head }: State, desk: Desk): TemplateResult {
  const { store, sharing, session } = desk;
  const choose = (name: Language) => () => store.set({ language: name });
  const copy = () =>
    session.act(async () => {
      const copied = await copyText(await sharing.script(language));
      const text = copied ? say.copied(say.LANGUAGES[language]) : say.notCopied;
      store.set({ notice: { kind: "news", text } });
    });
  return html`<div class="code-tools">
    <div class="languages" role="radiogroup" aria-label=${say.language}>
      ${(Object.keys(say.LANGUAGES) as Language[]).map(
        (name) =>
          html`<label
            ><input type="radio" name="language" .checked=${name === language} @change=${choose(name)} /><span
              >${say.LANGUAGES[name]}</span
            ></label
          >`,
      )}
    </div>
    <button type="button" class="plain" title=${say.aboutCopy} ?disabled=${!head} @click=${() => void copy()}>${say.copy}</button>
    <button
      type="button"
      class="plain"
      title=${say.aboutDownload}
      ?disabled=${!head}
      @click=${() => saveFrom(sharing.file(language))}
    >
      ${say.download}
    </button>
  </div>`;
}

function listing(net: Net, { frame, sample }: State, lines: ReturnType<typeof codeOf>) {
  const present = lastTick(net, frame)?.index ?? -1;
  const made = madeBy(net.schedule, present);
  return net.schedule.map(
    (tick: ScheduledTick) =>
      html`<li class=${tick.phase} aria-current=${tick.index === present ? "step" : "false"}>
        ${lines[tick.index]?.map(
          (line) =>
            html`<code>${words(line)}</code>${
              frame && line.writes !== null && made.get(line.writes) === tick.index
                ? values(net, frame, line.writes, sample)
                : nothing
            }`,
        )}
      </li>`,
  );
}

function words({ words: all }: CodeLine) {
  return all.map(({ text, tensor }) =>
    tensor === null
      ? text
      : html`<span class="variable" data-lights=${lightsText({ tensor, index: [] })}>${text}</span>`,
  );
}

/** What a line has made: all of it where that is little, else the chosen example's row, else how much it is. */
function values(net: Net, frame: Frame, tensor: string, sample: number) {
  const found = frame.tensors[tensor];
  if (!found || found.values === null) return nothing;
  const { shape } = found;
  const rows = batched(net, tensor) && sizeOf(shape) > MOST;
  const own = rows ? shape.slice(1) : shape;
  if (sizeOf(own) > MOST) return html`<div class="made">${say.numbers(shape.join(" × "))}</div>`;
  const shown = [...elements(found)].filter(({ index }) => !rows || index[0] === sample);
  const numbers = shown.map(({ index, value }) => {
    const [before, after] = brackets(rows ? index.slice(1) : index, own);
    const cell = html`<span class="cell">${before}${number({ tensor, index }, value, { focusable: false })}${after}</span>`;
    return after.length === 1 && own.length > 1 ? html`${cell}<br />` : html`${cell} `;
  });
  return html`<div class="made">= ${numbers}${rows ? html`<span class="muted">${common.exampleOf(sample, shape[0] ?? 0)}</span>` : nothing}</div>`;
}

/** The brackets that open before a number and close behind it, as NumPy prints an array. */
function brackets(index: readonly number[], shape: readonly number[]): [string, string] {
  let [opened, closed] = [0, 0];
  while (opened < index.length && index[index.length - 1 - opened] === 0) opened++;
  while (
    closed < index.length &&
    index[index.length - 1 - closed] === (shape[index.length - 1 - closed] ?? 0) - 1
  )
    closed++;
  return ["[".repeat(opened), "]".repeat(closed)];
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
