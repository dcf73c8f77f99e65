/**
 * The strip of charts: closed until a tab is chosen. Each chart says in words what the present step has, draws it,
 * leads to any step by a click or by Enter, and gives away its picture, its numbers and a table of them.
 */

import { html, nothing, render } from "lit";
import { guard } from "lit/directives/guard.js";
import { keyed } from "lit/directives/keyed.js";

import {
  type ChartName,
  CHARTS,
  csv,
  type Line,
  momentOf,
  nearest,
  type Plot,
  plotsOf,
  rows,
  ofEpochs,
  pointAt,
} from "../core/curves.ts";
import { full, short, valueAt } from "../core/numbers.ts";
import type { CurveFeed } from "../curvefeed.ts";
import type { Session } from "../session.ts";
import type { State, Store } from "../store.ts";
import { saveCanvases, saveText } from "./files.ts";
import type { DrawnPlot } from "./plot.ts";
import { onTheme } from "./theme.ts";
import type { Desk, Dispose } from "./view.ts";

const MOST_ROWS = 400;
const LEAPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };
const ENDS: Record<string, number> = { Home: -Infinity, End: Infinity };

export function chartsView(element: HTMLElement, desk: Desk): Dispose {
  const { store, feed } = desk;
  const view = new Charts(element, desk);
  const disposals = [feed.start(), store.watch(() => view.draw()), onTheme(() => view.repaint())];
  return () => {
    for (const dispose of disposals) dispose();
    view.dispose();
  };
}

class Charts {
  readonly #element: HTMLElement;
  readonly #store: Store;
  readonly #session: Session;
  readonly #feed: CurveFeed;
  readonly #drawn = new Map<HTMLElement, DrawnPlot>();
  /** What draws, once it has come; it is asked for after the first frame, and again when a chart is opened. */
  #library: typeof import("./plot.ts") | null = null;
  #asked: "no" | "yes" | "in vain" = "no";
  /** The plots of the curves that they were made of. */
  #made: { of: unknown; log: boolean; plots: readonly Plot[] } = { of: null, log: false, plots: [] };
  #probe: number | null = null;
  #tabled = false;
  /** Whether the loss is on a log scale, as the gradients always are. */
  #log = false;

  constructor(element: HTMLElement, { store, session, feed }: Desk) {
    this.#element = element;
    this.#store = store;
    this.#session = session;
    this.#feed = feed;
  }

  draw(): void {
    const state = this.#store.state;
    if (state.frame && this.#asked === "no") void this.#load();
    const plots = this.#plots(state);
    render(
      html`${this.#tabs(state)}${state.chart ? keyed(state.chart, this.#panel(state, plots)) : nothing}`,
      this.#element,
    );
    this.#plot(state, plots);
  }

  repaint(): void {
    for (const drawn of this.#drawn.values()) drawn.repaint();
  }

  dispose(): void {
    for (const drawn of this.#drawn.values()) drawn.dispose();
    this.#drawn.clear();
  }

  async #load(): Promise<void> {
    this.#asked = "yes";
    this.#library = await import("./plot.ts").catch(() => null);
    if (!this.#library) this.#asked = "in vain";
    this.draw();
  }

  #plots({ head, chart, curves }: State): readonly Plot[] {
    if (!chart || !curves || curves.id !== head?.id || curves.of !== chart) return [];
    const log = this.#log;
    if (this.#made.of !== curves || this.#made.log !== log)
      this.#made = { of: curves, log, plots: plotsOf(chart, curves.series, log) };
    return this.#made.plots;
  }

  #plot(state: State, plots: readonly Plot[]): void {
    const hosts = [...this.#element.querySelectorAll<HTMLElement>(".chart-plot")];
    for (const [host, drawn] of this.#drawn)
      if (!hosts.includes(host)) {
        drawn.dispose();
        this.#drawn.delete(host);
      }
    const library = this.#library;
    if (!library) return;
    hosts.forEach((host, i) => {
      const plot = plots[i];
      if (!plot) return;
      const drawn = this.#drawn.get(host) ?? new library.DrawnPlot(host);
      this.#drawn.set(host, drawn);
      drawn.show(plot, { present: state.step, probe: this.#probe });
    });
  }

  // What stands on the page

  #tabs({ chart }: State) {
    const choose = (name: ChartName) => () => {
      this.#probe = null;
      if (this.#asked === "in vain") this.#asked = "no";
      this.#store.set({ chart: this.#store.state.chart === name ? null : name });
    };
    const move = (event: KeyboardEvent) => {
      const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!along) return;
      const tabs = [...this.#element.querySelectorAll<HTMLElement>("[role=tab]")];
      const from = tabs.indexOf(document.activeElement as HTMLElement);
      tabs.at((from + along) % tabs.length)?.focus();
    };
    return html`<div class="chart-tabs" role="tablist" aria-label="Charts" @keydown=${move}>
      ${CHARTS.map(
        (name, i) =>
          html`<button
            type="button"
            role="tab"
            id="chart-tab-${name}"
            aria-selected=${name === chart ? "true" : "false"}
            aria-expanded=${name === chart ? "true" : "false"}
            aria-controls=${name === chart ? "chart-panel" : nothing}
            tabindex=${name === chart || (!chart && i === 0) ? 0 : -1}
            title=${name === chart ? "Close" : `Open ${name.toLowerCase()} by step`}
            @click=${choose(name)}
          >
            ${name}
          </button>`,
      )}
    </div>`;
  }

  #panel(state: State, plots: readonly Plot[]) {
    const lines = plots.flatMap((plot) => plot.lines);
    const none = !lines.length;
    const toggle = (name: string, on: boolean, change: () => void) => {
      const act = () => {
        change();
        this.draw();
      };
      return html`<button type="button" class="plain" aria-pressed=${on ? "true" : "false"} ?disabled=${none} @click=${act}>
        ${name}
      </button>`;
    };
    return html`<div class="chart-panel" id="chart-panel" role="region" aria-label=${state.chart ?? ""}>
      <div class="chart-head">
        <p class="chart-said ${this.#probe === null ? "" : "probing"}">${this.#said(state, lines)}</p>
        <div class="chart-actions">
          ${state.chart === "Loss" ? toggle("Log scale", this.#log, () => (this.#log = !this.#log)) : nothing}
          ${toggle("Table", this.#tabled, () => (this.#tabled = !this.#tabled))}
          <button type="button" class="plain" ?disabled=${none || !this.#library} @click=${() => this.#picture()}>Picture</button>
          <button type="button" class="plain" ?disabled=${none} @click=${() => this.#numbers()}>Numbers</button>
        </div>
      </div>
      <div class="chart-body">
        <div class="chart-plots">${plots.map((plot) => this.#figure(state, plot))}</div>
        ${this.#tabled && !none ? guard([plots], () => tableOf(lines)) : nothing}
      </div>
    </div>`;
  }

  #said(state: State, lines: readonly Line[]) {
    const { net, t, step, curvesMissed } = state;
    if (!lines.length) return curvesMissed ? "The curves could not be read." : "Nothing to draw yet.";
    const finished = Math.floor(t / (net?.schedule.length ?? 1));
    const troubles = [
      curvesMissed ? "These are not the latest." : "",
      this.#asked === "in vain" ? "What draws them could not be loaded; Table has the numbers." : "",
    ].map((trouble) => (trouble ? html`<span class="chart-missed">${trouble}</span>` : nothing));
    const known = this.#probe === null ? lossOf(state) : null;
    return html`${words(lines, this.#probe ?? step, this.#probe ?? finished, known)} ${troubles}`;
  }

  #figure(state: State, plot: Plot) {
    const { steps } = plot;
    const at = (event: MouseEvent) => {
      const drawn = this.#drawn.get(event.currentTarget as HTMLElement);
      return drawn ? (steps[nearest(steps, drawn.stepAt(event.clientX))] ?? null) : null;
    };
    const now = this.#probe ?? state.step;
    return html`<figure class="chart">
      <figcaption>${plot.title} <span class="chart-hint">· a click goes to that step</span></figcaption>
      <div
        class="chart-plot"
        role="slider"
        tabindex="0"
        aria-label="${plot.title}, by step"
        aria-valuemin="0"
        aria-valuemax=${steps.at(-1) ?? 0}
        aria-valuenow=${Math.min(now, steps.at(-1) ?? 0)}
        aria-valuetext=${spoken(plot.lines, now)}
        @pointermove=${(event: PointerEvent) => event.pointerType === "mouse" && this.#look(at(event))}
        @pointerleave=${() => this.#look(null)}
        @blur=${() => this.#look(null)}
        @click=${(event: MouseEvent) => this.#go(at(event))}
        @keydown=${(event: KeyboardEvent) => this.#key(event, steps)}
      ></div>
    </figure>`;
  }

  // What one does with it

  #look(step: number | null): void {
    if (step === this.#probe) return;
    this.#probe = step;
    this.draw();
  }

  #key(event: KeyboardEvent, steps: readonly number[]): void {
    const from = nearest(steps, this.#probe ?? this.#store.state.step);
    const to = from + (LEAPS[event.key] ?? ENDS[event.key] ?? NaN);
    if (event.key === "Enter" || event.key === " ") this.#go(this.#probe);
    else if (event.key === "Escape") this.#look(null);
    else if (!Number.isNaN(to)) this.#look(steps[Math.max(0, Math.min(to, steps.length - 1))] ?? null);
    else return;
    event.preventDefault();
  }

  #go(step: number | null): void {
    const { net, head, chart } = this.#store.state;
    if (step === null || !net || !head || !chart) return;
    void this.#session.seek(momentOf(net.schedule, head, chart, step), step);
  }

  #picture(): void {
    const { spec, chart, step } = this.#store.state;
    const canvases = [...this.#drawn.values()].flatMap(({ canvas }) => canvas ?? []);
    const titles = this.#plots(this.#store.state).map(({ title }) => title);
    const panel = this.#element.querySelector<HTMLElement>(".chart-panel");
    if (!panel || !chart) return;
    const said = `${spec?.name ? `${spec.name} · ` : ""}step ${step}`;
    saveCanvases(fileName(chart, "png"), canvases, titles, said, getComputedStyle(panel));
  }

  async #numbers(): Promise<void> {
    const { curves, chart } = this.#store.state;
    if (!curves || !chart) return;
    const series = await this.#feed.whole(curves).catch(() => curves.series);
    saveText(fileName(chart, "csv"), "text/csv", csv(series));
  }
}

function fileName(chart: ChartName, ending: string): string {
  return `backscope-${chart.toLowerCase()}.${ending}`;
}

/** The loss of the step that the page shows, where its frame has it: of a long run not every step is drawn. */
function lossOf({ net, frame, step }: State): number | null {
  const shown = net && frame && Math.floor((frame.t - 1) / net.schedule.length) === step;
  return shown ? valueAt(frame, { tensor: net.loss, index: [] }) : null;
}

/** What a step has: its own numbers, and those of the last epoch that was finished by then. `loss` is one that is known
 * of this step anyway. */
function words(lines: readonly Line[], step: number, finished: number, loss: number | null) {
  const own = lines.filter((line) => !ofEpochs(line));
  const epochs = lines.filter(ofEpochs).map((line) => ({ line, point: pointAt(line, finished) }));
  const since = epochs[0]?.point?.step;
  return html`<span class="chart-step"
      >step <b class="digits">${step}</b>:
      ${own.map((line, i) => html`${i ? ", " : ""}${called(line)} ${number(line, step, line.kind === "step" ? loss : null)}`)}</span
    >
    ${
      since === undefined
        ? nothing
        : html`<span class="chart-epoch muted"
            >· after ${since} steps:
            ${epochs.map(({ line }, i) => html`${i ? ", " : ""}${line.label} ${line.name.split("_")[1]} ${number(line, since)}`)}</span
          >`
    }`;
}

/** The value of a curve at a step, in full beside what is shown of it. */
function number(line: Line, step: number, known: number | null = null) {
  const drawn = pointAt(line, step);
  const point = known !== null && drawn?.step !== step ? { step, value: known } : drawn;
  if (!point) return "not computed yet";
  const { step: at, value } = point;
  const digits = html`<b class="digits" data-series=${line.name} data-step=${at} data-value=${full(value)}>${short(value)}</b>`;
  return at === step ? digits : html`${digits} at step ${at}`;
}

function spoken(lines: readonly Line[], step: number): string {
  const values = lines.flatMap((line) => {
    const point = pointAt(line, step);
    if (!point) return [];
    return [`${called(line)} ${short(point.value)}${point.step === step ? "" : ` at step ${point.step}`}`];
  });
  return `step ${step}: ${values.join(", ") || "not computed yet"}`;
}

const called = ({ kind, label }: Line) => (kind === "step" ? "loss" : label);

/** The points that are drawn, a row a step; of many the last. */
function tableOf(lines: readonly Line[]) {
  const all = rows(lines);
  const shown = all.slice(-MOST_ROWS);
  const cell = ({ name }: Line, step: number, value: number | null) =>
    value === null
      ? html`<td></td>`
      : html`<td class="digits" data-series=${name} data-step=${step} data-value=${full(value)}>${short(value)}</td>`;
  return html`<div class="chart-rows" tabindex="0" role="group" aria-label="Table of the curves">
    <table>
      <caption>
        ${
          shown.length < all.length
            ? `The last ${shown.length} of ${all.length} steps that are drawn; Numbers has them all.`
            : `All ${all.length} steps that are drawn.`
        }
      </caption>
      <thead>
        <tr>
          <th scope="col">step</th>
          ${lines.map(({ name }) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shown.map(
          ({ step, values }) =>
            html`<tr>
              <th scope="row" class="digits">${step}</th>
              ${lines.map((line, i) => cell(line, step, values[i] ?? null))}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
