/** What ails the network at the step that is shown, with a cure that can be tried, and what a tried one has brought. */

import { html, nothing } from "lit";

import type { Finding } from "../../api/types.ts";
import {
  comparison,
  type Diagnosis,
  diagnosedStep,
  diagnosisSheet,
  numbersOf,
  titleOf,
  type Trial,
} from "../../core/diagnosis.ts";
import type { Plot } from "../../core/curves.ts";
import { full, short } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import { Feed } from "../../feed.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as comparing from "../../strings/comparing.ts";
import * as say from "../../strings/diagnosis.ts";
import * as tabs from "../../strings/tabs.ts";
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { Comparing } from "./comparing.ts";
import { digits } from "./parts.ts";

export const open: Open = (desk, redraw) => new DiagnosisChart(desk, redraw);

class DiagnosisChart implements Chart {
  readonly #desk: Desk;
  /** The losses of a cure and of what it is a cure for. */
  readonly #feed: Feed<{ of: string; plot: Plot | null }>;
  readonly #stop: () => void;
  readonly #comparing: Comparing;
  #table: { of: Diagnosis; sheet: Sheet } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#comparing = new Comparing(desk, redraw);
    this.#feed = new Feed(desk.store, desk.clock, {
      key: (state) => (trialOf(state) ? `${state.head?.view_id} ${state.head?.rev}` : null),
      ask: async (state) => {
        const trial = trialOf(state);
        const { client } = desk;
        const losses = (id: string) => client.metrics(id, ["loss"]).then(({ series }) => series);
        const [before, after] = await Promise.all([losses(trial?.of ?? ""), losses(trial?.id ?? "")]);
        return {
          of: trial?.id ?? "",
          plot: comparison([before, say.LINES.before], [after, say.LINES.fixed]),
        };
      },
      heard: redraw,
    });
    this.#stop = this.#feed.start();
  }

  words(state: State) {
    const { diagnosis, undiagnosed, net, t } = state;
    if (!diagnosis) return undiagnosed ?? common.wait;
    const { step, findings } = diagnosis;
    const stale = step !== diagnosedStep(net?.schedule ?? [], t);
    const trouble = undiagnosed ?? (stale ? say.ofAnotherStep : "");
    const found = findings.length
      ? say.found(digits(step), digits(findings.length), findings.length)
      : say.nothingFound(digits(step));
    return html`<span data-step=${step}>${found}</span>
      ${trouble ? html`<span class="chart-missed">${trouble}</span>` : nothing}`;
  }

  body(state: State) {
    const findings = state.diagnosis?.findings ?? [];
    const trial = trialOf(state);
    return html`${trial ? this.#tried(state, trial) : nothing}
    ${findings.length ? html`<ul class="findings">${findings.map((one) => this.#finding(one))}</ul>` : nothing}`;
  }

  #finding(finding: Finding) {
    const { code, layer, cause, cure } = finding;
    return html`<li class="finding" data-finding=${code} data-about=${layer}>
      <h3>${titleOf(finding)} <span class="muted">${say.inLayer(layer)}</span></h3>
      <p>${cause}</p>
      <ul class="finding-numbers" aria-label=${say.numbers}>
        ${numbersOf(finding).map(
          ({ name, value }) =>
            html`<li><span class="muted">${name}</span> <b class="digits" data-number=${name} data-value=${full(value)}>${short(value)}</b></li>`,
        )}
      </ul>
      <p>
        <button
          type="button"
          class="plain"
          title=${say.aboutTry}
          @click=${() => void this.#desk.diagnosing.try(finding)}
        >
          ${say.tryIt}
        </button>
        ${cure}
      </p>
    </li>`;
  }

  // What a cure has brought

  #plotOf(trial: Trial): Plot | null {
    const { latest } = this.#feed;
    return latest?.of === trial.id ? latest.plot : null;
  }

  #tried(state: State, trial: Trial) {
    const plot = this.#plotOf(trial);
    const original = state.earlier.find(({ id }) => id === trial.of);
    const { shelf, beside, store } = this.#desk;
    const back = () => original && void shelf.enter(original);
    const together = () => {
      void beside.hold(trial.of);
      store.set({ chart: tabs.NAMES.beside });
    };
    return html`<div class="cure">
      <p>
        ${say.tried(titleOf(trial), trial.layer, trial.cure)}
        ${plot ? this.#comparing.losses(plot, state) : this.#feed.missed ? comparing.unread : comparing.noStepYet}
        ${trial.comparable ? nothing : say.incomparable}
        <button type="button" class="plain" ?disabled=${!original} @click=${back}>${say.goBack}</button>
        <button type="button" class="plain" ?disabled=${!original} @click=${together}>${say.seeBoth}</button>
      </p>
      ${plot ? this.#comparing.figure(plot, state, say.LINES.before) : nothing}
    </div>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const trial = trialOf(state);
    this.#comparing.paint(panel, trial && this.#plotOf(trial), state);
  }

  repaint(): void {
    this.#comparing.repaint();
  }

  table({ diagnosis }: State): Sheet | null {
    if (!diagnosis) return null;
    if (this.#table?.of !== diagnosis) this.#table = { of: diagnosis, sheet: diagnosisSheet(diagnosis) };
    return this.#table.sheet;
  }

  get drawable(): boolean {
    const trial = trialOf(this.#desk.store.state);
    return this.#comparing.drawable && trial !== null && this.#plotOf(trial) !== null;
  }

  pictures(): readonly Picture[] {
    const { canvas } = this.#comparing;
    return canvas ? [{ canvas, title: say.beforeAndWith }] : [];
  }

  dispose(): void {
    this.#stop();
    this.#comparing.dispose();
  }
}

/** The trial that is shown, if it is one. */
function trialOf({ trial, head }: State): Trial | null {
  return trial && head && trial.id === head.id ? trial : null;
}
