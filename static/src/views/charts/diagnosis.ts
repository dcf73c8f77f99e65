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
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { Comparing } from "./comparing.ts";

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
        return { of: trial?.id ?? "", plot: comparison([before, "before"], [after, "fixed"]) };
      },
      heard: redraw,
    });
    this.#stop = this.#feed.start();
  }

  words(state: State) {
    const { diagnosis, undiagnosed, net, t } = state;
    if (!diagnosis) return undiagnosed ?? "One moment …";
    const { step, findings } = diagnosis;
    const stale = step !== diagnosedStep(net?.schedule ?? [], t);
    const trouble = undiagnosed ?? (stale ? "This is of another step than the one that is shown." : "");
    const found = findings.length
      ? html`<b class="digits">${findings.length}</b> ${findings.length === 1 ? "finding" : "findings"}.`
      : "nothing is found that keeps the network from learning.";
    return html`<span data-step=${step}>step <b class="digits">${step}</b>: ${found}</span>
      ${trouble ? html`<span class="chart-missed">${trouble}</span>` : nothing}`;
  }

  body(state: State) {
    const findings = state.diagnosis?.findings ?? [];
    const trial = trialOf(state);
    return html`${trial ? this.#tried(state, trial) : nothing}
    ${findings.length ? html`<ul class="findings">${findings.map((one) => this.#finding(one))}</ul>` : nothing}`;
  }

  #finding(finding: Finding) {
    const { code, layer, cause } = finding;
    return html`<li class="finding" data-finding=${code} data-about=${layer}>
      <h3>${titleOf(finding)} <span class="muted">in ${layer}</span></h3>
      <p>${cause}</p>
      <ul class="finding-numbers" aria-label="Its numbers">
        ${numbersOf(finding).map(
          ({ name, value }) =>
            html`<li><span class="muted">${name}</span> <b class="digits" data-number=${name} data-value=${full(value)}>${short(value)}</b></li>`,
        )}
      </ul>
      <button
        type="button"
        class="plain"
        title="Go to a new session with what cures this; the present one stays under Earlier"
        @click=${() => void this.#desk.diagnosing.try(finding)}
      >
        Try it
      </button>
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
      store.set({ chart: "Beside" });
    };
    return html`<div class="cure">
      <p>
        Tried against <b>${titleOf(trial)}</b> in ${trial.layer}.
        ${plot ? this.#comparing.losses(plot, state) : this.#feed.missed ? "The losses could not be read." : "Neither has run a step yet."}
        ${trial.comparable ? nothing : "The cure has another loss, so the two compare in shape, not in size."}
        <button type="button" class="plain" ?disabled=${!original} @click=${back}>Go back</button>
        <button type="button" class="plain" ?disabled=${!original} @click=${together}>See both</button>
      </p>
      ${plot ? this.#comparing.figure(plot, state, "before") : nothing}
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
    return canvas ? [{ canvas, title: "Loss before and with the cure" }] : [];
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
