/** What ails the network at the step that is shown, with a cure that can be tried, and what a tried one has brought. */

import { html, nothing } from "lit";

import type { Finding } from "../../api/types.ts";
import {
  comparison,
  type Diagnosis,
  diagnosedStep,
  diagnosisSheet,
  type Group,
  groupsOf,
  layersOf,
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
    const { step } = diagnosis;
    const count = groupsOf(diagnosis).length;
    const stale = step !== diagnosedStep(net?.schedule ?? [], t);
    const trouble = undiagnosed ?? (stale ? say.ofAnotherStep : "");
    const found = count ? say.found(digits(step), digits(count), count) : say.nothingFound(digits(step));
    return html`<span data-step=${step}>${found}</span>
      ${trouble ? html`<span class="chart-missed">${trouble}</span>` : nothing}`;
  }

  body(state: State) {
    const { diagnosis } = state;
    const trial = trialOf(state);
    return html`${trial ? this.#tried(state, trial) : nothing}
    ${
      diagnosis?.findings.length
        ? html`<ul class="findings">${groupsOf(diagnosis).map((group) => this.#group(group, diagnosis))}</ul>`
        : nothing
    }`;
  }

  /** What ails one layer or several, said once; what it is of each of several is behind a disclosure. */
  #group(group: Group, diagnosis: Diagnosis) {
    const [first] = group;
    const where = layersOf(group, diagnosis);
    const several = group.length > 1;
    return html`<li class="finding" data-finding=${first.code} data-about=${first.layer}>
      <h3>${titleOf(first)} <span class="muted">${say.inLayer(where)}</span></h3>
      ${several ? html`<p>${say.forOne(first.layer, first.cause)}</p>` : told(first)}
      <p>
        <button
          type="button"
          class="plain"
          title=${say.aboutTry}
          @click=${() => void this.#desk.diagnosing.try({ ...first, layer: where })}
        >
          ${say.tryIt}
        </button>
        ${first.cure}
      </p>
      ${
        several
          ? html`<details class="finding-layers">
              <summary>${say.each(group.length)}</summary>
              <ul tabindex="0" aria-label=${say.each(group.length)}>
                ${group.map((one) => html`<li data-layer-found=${one.layer}><h4>${one.layer}</h4>${told(one)}</li>`)}
              </ul>
            </details>`
          : nothing
      }
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

/** Why, and the numbers behind it. */
function told(finding: Finding) {
  const numbers = numbersOf(finding);
  return html`<p>${finding.cause}</p>
    ${numbers.length ? html`<ul class="finding-numbers" aria-label=${say.numbers}>${numbers.map(numberOf)}</ul>` : nothing}`;
}

/** The trial that is shown, if it is one. */
function trialOf({ trial, head }: State): Trial | null {
  return trial && head && trial.id === head.id ? trial : null;
}

function numberOf({ name, value }: { name: string; value: number }) {
  return html`<li><span class="muted">${name}</span> <b class="digits" data-number=${name} data-value=${full(value)}>${short(value)}</b></li>`;
}
