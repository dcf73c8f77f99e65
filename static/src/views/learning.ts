/** A lesson's step, or practice: what to read, what is asked, what became of the answer, and the way on. */

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";

import { type Asked, isElsewhere, type Learned, mayGoOn, stepOf, type Verdict } from "../core/learned.ts";
import { meanings } from "../core/meaning.ts";
import { type Net, ownerOf } from "../core/net.ts";
import { addressText, full, letter, short, valueAt } from "../core/numbers.ts";
import type { Frame, Question } from "../api/types.ts";
import type { State } from "../store.ts";
import * as say from "../strings/learning.ts";
import * as means from "../strings/meaning.ts";
import { doors } from "./cards.ts";
import { handOn } from "./focus.ts";
import { math } from "./math.ts";
import { number } from "./number.ts";
import { answerForm } from "./question.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function learningView(element: HTMLElement, desk: Desk): Dispose {
  let shown = "";
  let asked: Asked | null = null;
  let verdict: Verdict | null = null;
  return view(element, desk.store, (state) => {
    const { learned } = state;
    const answered = learned?.verdict ?? null;
    if (answered && answered !== verdict) {
      handOn(element, () => element.querySelector<HTMLElement>(".learning-way .primary"));
      // What leads on may stand further below: what became of the answer is to be seen.
      queueMicrotask(() => element.querySelector(".verdict")?.scrollIntoView({ block: "nearest" }));
    }
    if (!learned) handOn(element, () => document.querySelector<HTMLElement>("[popovertarget=lessons]"));
    verdict = answered;
    element.hidden = learned === null;
    const place = learned ? `${learned.lesson?.name ?? "practice"} ${learned.step}` : "";
    if (place !== shown) {
      shown = place;
      // Whoever goes on by keyboard reads the new step first.
      queueMicrotask(() => element.querySelector<HTMLElement>(".learning-title")?.focus());
    }
    if (learned && learned.asked !== asked) {
      asked = learned.asked;
      // The next question begins at its first line, however far the one before was scrolled.
      queueMicrotask(() => element.querySelector(".learning-title")?.scrollIntoView({ block: "nearest" }));
    }
    if (!learned) return html``;
    return html`<section class="learning-panel" role="region" aria-label=${learned.lesson ? say.lesson : say.practice}>
      ${learned.lesson ? lesson(learned, state, desk) : practice(learned, state, desk)}
    </section>`;
  });
}

function lesson(learned: Learned, state: State, desk: Desk) {
  const { learning } = desk;
  const step = stepOf(learned);
  if (!learned.lesson || !step) return nothing;
  const { steps, title } = learned.lesson;
  const last = learned.step === steps.length - 1;
  return html`
    <p class="learning-where muted">${title} · <span class="digits">${say.stepOf(learned.step + 1, steps.length)}</span></p>
    <h2 class="learning-title" tabindex="-1">${step.title || title}</h2>
    ${step.text.split(/\n\s*\n/).map((paragraph) => html`<p>${paragraph}</p>`)}
    ${question(learned, state, desk)} ${task(learned)}
    <div class="learning-way">
      ${
        learned.step > 0
          ? html`<button type="button" class="plain" @click=${() => void learning.go(-1)}>${say.back}</button>`
          : nothing
      }
      ${
        last
          ? html`<button type="button" class="plain ${mayGoOn(learned) ? "primary" : ""}" @click=${() => learning.close()}>
              ${mayGoOn(learned) ? say.finish : say.leave}
            </button>`
          : html`<button
              type="button"
              class="plain ${mayGoOn(learned) ? "primary" : ""}"
              @click=${() => void learning.go(1)}
            >
              ${mayGoOn(learned) ? say.goOn : say.skip}
            </button>`
      }
      ${last ? nothing : html`<button type="button" class="plain" @click=${() => learning.close()}>${say.leave}</button>`}
    </div>
    ${last && mayGoOn(learned) && learned.score.answered ? html`<p class="muted">${scored(learned)}</p>` : nothing}
  `;
}

function practice(learned: Learned, state: State, desk: Desk) {
  const { learning } = desk;
  const choose = (event: Event) => void learning.practise(Number((event.target as HTMLSelectElement).value));
  return html`
    <h2 class="learning-title" tabindex="-1">${say.practice}</h2>
    <label class="learning-level"
      >${say.level}
      <select @change=${choose}>
        ${say.LEVELS.map((name, i) => html`<option value=${i + 1} .selected=${live(learned.level === i + 1)}>${i + 1} ${name}</option>`)}
      </select>
    </label>
    ${question(learned, state, desk)}
    <p class="muted">${scored(learned)}</p>
    <div class="learning-way">
      <button
        type="button"
        class="plain ${learned.verdict ? "primary" : ""}"
        @click=${() => void learning.practise(learned.level)}
      >
        ${learned.verdict ? say.nextQuestion : say.anotherQuestion}
      </button>
      <button type="button" class="plain" @click=${() => learning.close()}>${say.leave}</button>
    </div>
  `;
}

function scored({ score: { right, answered } }: Learned): string {
  return answered ? say.scored(right, answered) : say.noScore;
}

function question(learned: Learned, state: State, desk: Desk) {
  const { asked, verdict } = learned;
  if (!asked) return nothing;
  if (isElsewhere(learned, state.spec)) return elsewhere(learned, desk);
  return html`
    <p class="learning-ask">${asked.ask}</p>
    ${names(asked, state)}
    <div class="outcome" aria-live="polite">${verdict ? told(verdict) : nothing}</div>
    ${verdict ? nothing : keyed(asked, answerForm(asked, state, desk))}
  `;
}

/** A question cannot be answered in another network than its own. From a lesson's the way leads back. */
function elsewhere({ lesson }: Learned, { learning }: Desk) {
  return html`<div class="verdict waiting" aria-live="polite">
    <p>${lesson ? say.leftLesson : say.leftQuestion}</p>
    ${lesson ? html`<p><button type="button" class="plain" @click=${() => void learning.go(0)}>${say.backToLesson}</button></p>` : nothing}
  </div>`;
}

/** What the names of a question mean, each with the numbers that it stands for, which can be asked. */
function names({ number: asked, factors }: Asked, { net, frame }: State) {
  if (!asked || !net || !frame) return nothing;
  return html`${asked.among.length ? nothing : own(net, frame, asked)}<dl class="meanings" aria-label=${means.names}>
    ${meanings(net, asked, factors).map(
      ({ name, text, formula, addresses }) =>
        html`<div>
          <dt><code>${name}</code></dt>
          <dd>${text} ${formula === null ? nothing : math(formula)} ${doors(addresses)}</dd>
        </div>`,
    )}
  </dl>`;
}

/** The number that is asked about and the one that it is of, which the network may have no room for. */
function own(net: Net, frame: Frame, { tensor, index }: Question) {
  const shown = [ownerOf(net, tensor), tensor].filter((name) => name !== null);
  return html`<p class="asked-number" data-doors>
    ${shown.map((name) => number({ tensor: name, index }, valueAt(frame, { tensor: name, index }), { label: letter(name) }))}
  </p>`;
}

/** What became of an answer; beside a wrong chain the true one, and where the two part. */
function told(verdict: Verdict) {
  const { right, text, reason, of, value, parts, parted } = verdict;
  const compared = parts.some(({ given }) => given !== null);
  return html`<div class="verdict ${right ? "right" : "wrong-answer"}">
    <p><b>${right ? say.right : say.wrong}</b> ${text}</p>
    ${reason === null ? nothing : html`<p>${reason.text}</p>`}
    ${
      of && value !== null
        ? html`<p class="muted">
            <button type="button" class="number" data-asks=${addressText(of)} title=${full(value)}>
              ${addressText(of)} = <span class="digits">${short(value)}</span>
            </button>
          </p>`
        : nothing
    }
    ${compared && !right ? chains(parts, parted) : nothing}
    ${reason === null ? nothing : math(reason.formula, true)}
  </div>`;
}

function chains(parts: Verdict["parts"], parted: number | null) {
  return html`<table class="chains">
      <caption class="sr-only">${say.chains}</caption>
      <thead>
        <tr><th scope="col"></th><th scope="col">${say.yours}</th><th scope="col">${say.truth}</th></tr>
      </thead>
      <tbody>
        ${parts.map(
          (part, i) =>
            html`<tr class=${i === parted ? "parted" : ""}>
              <th scope="row">${part.text}</th>
              <td class="digits">${part.given === null ? "" : short(Number(part.given))}</td>
              <td class="digits">${short(Number(part.value))}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    <p class="muted">
      ${parted === null ? say.agree : say.partAt(parts[parted]?.text ?? "")}
    </p>`;
}

function task(learned: Learned) {
  const given = stepOf(learned)?.task;
  if (!given) return nothing;
  return html`<p class="learning-ask">${given.do}</p>
    <div class="verdict ${learned.done ? "right" : "waiting"}" aria-live="polite">
      ${learned.done ? html`<p><b>${say.done}</b> ${given.right}</p>` : html`<p class="muted">${say.notDone}</p>`}
    </div>`;
}
