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
import { momentOf, nearest, type Plot, pointAt } from "../../core/curves.ts";
import { full, short } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import { Feed } from "../../feed.ts";
import type { State } from "../../store.ts";
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import type { DrawnPlot } from "./plot.ts";
import { Stepping } from "./stepping.ts";

export const open: Open = (desk, redraw) => new DiagnosisChart(desk, redraw);

class DiagnosisChart implements Chart {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  /** The losses of a cure and of what it is a cure for. */
  readonly #feed: Feed<{ of: string; plot: Plot | null }>;
  readonly #stop: () => void;
  readonly #stepping: Stepping;
  #library: typeof import("./plot.ts") | null = null;
  #drawn: { host: HTMLElement; plot: DrawnPlot } | null = null;
  #table: { of: Diagnosis; sheet: Sheet } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#stepping = new Stepping(redraw, (step) => this.#go(step));
    this.#feed = new Feed(desk.store, desk.clock, {
      key: (state) => (trialOf(state) ? `${state.head?.view_id} ${state.head?.rev}` : null),
      ask: async (state) => {
        const trial = trialOf(state);
        const { client } = desk;
        const losses = (id: string) => client.metrics(id, ["loss"]).then(({ series }) => series);
        const [before, after] = await Promise.all([losses(trial?.of ?? ""), losses(trial?.id ?? "")]);
        return { of: trial?.id ?? "", plot: comparison(before, after) };
      },
      heard: redraw,
    });
    this.#stop = this.#feed.start();
    void this.#load();
  }

  async #load(): Promise<void> {
    this.#library = await import("./plot.ts").catch(() => null);
    this.#redraw();
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
    const step = this.#stepping.probe ?? state.step;
    const original = state.earlier.find(({ id }) => id === trial.of);
    const back = () => original && void this.#desk.shelf.enter(original);
    return html`<div class="cure">
      <p>
        Tried against <b>${titleOf(trial)}</b> in ${trial.layer}.
        ${plot ? losses(plot, step) : this.#feed.missed ? "The losses could not be read." : "Neither has run a step yet."}
        ${trial.comparable ? nothing : "The cure has another loss, so the two compare in shape, not in size."}
        <button type="button" class="plain" ?disabled=${!original} @click=${back}>Go back</button>
      </p>
      ${plot ? this.#figure(plot, step) : nothing}
    </div>`;
  }

  #figure(plot: Plot, now: number) {
    const { steps, title } = plot;
    const under = (event: MouseEvent) => {
      const drawn = this.#drawn?.plot;
      return drawn ? (steps[nearest(steps, drawn.stepAt(event.clientX))] ?? null) : null;
    };
    return html`<figure class="chart">
      <figcaption>${title} <span class="chart-hint">· dashed: before</span></figcaption>
      ${this.#stepping.slider({ name: `${title}, by step`, steps, now, spoken: spoken(plot, now), under })}
    </figure>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const host = panel.querySelector<HTMLElement>(".chart-plot");
    const trial = trialOf(state);
    const plot = trial && this.#plotOf(trial);
    if (this.#drawn && this.#drawn.host !== host) {
      this.#drawn.plot.dispose();
      this.#drawn = null;
    }
    if (!host || !plot || !this.#library) return;
    this.#drawn ??= { host, plot: new this.#library.DrawnPlot(host) };
    this.#drawn.plot.show(plot, { present: state.step, probe: this.#stepping.probe });
  }

  repaint(): void {
    this.#drawn?.plot.repaint();
  }

  table({ diagnosis }: State): Sheet | null {
    if (!diagnosis) return null;
    if (this.#table?.of !== diagnosis) this.#table = { of: diagnosis, sheet: diagnosisSheet(diagnosis) };
    return this.#table.sheet;
  }

  get drawable(): boolean {
    const trial = trialOf(this.#desk.store.state);
    return this.#library !== null && trial !== null && this.#plotOf(trial) !== null;
  }

  pictures(): readonly Picture[] {
    const canvas = this.#drawn?.plot.canvas;
    return canvas ? [{ canvas, title: "Loss before and with the cure" }] : [];
  }

  dispose(): void {
    this.#stop();
    this.#drawn?.plot.dispose();
  }

  #go(step: number): void {
    const { net, head } = this.#desk.store.state;
    if (net && head) void this.#desk.session.seek(momentOf(net.schedule, head, "loss", step), step);
  }
}

/** The trial that is shown, if it is one. */
function trialOf({ trial, head }: State): Trial | null {
  return trial && head && trial.id === head.id ? trial : null;
}

/** The two losses side by side, at the step or the last before it. */
function losses({ lines }: Plot, step: number) {
  return html`Loss at step ${step}:
  ${lines.map((line, i) => {
    const point = pointAt(line, step);
    const number = point
      ? html`<b class="digits" data-series=${line.name} data-step=${point.step} data-value=${full(point.value)}>${short(point.value)}</b>`
      : "not computed";
    const at = point && point.step !== step ? ` (step ${point.step})` : "";
    return html`${i ? ", " : ""}${line.label} ${number}${at}`;
  })}.`;
}

function spoken({ lines }: Plot, step: number): string {
  const said = lines.map((line) => {
    const point = pointAt(line, step);
    return `${line.label} ${point ? short(point.value) : "not computed"}`;
  });
  return `step ${step}: ${said.join(", ")}`;
}
