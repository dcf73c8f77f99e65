/** A chart of curves over the steps of the run: what the present step has in words, and a click that leads to any. */

import { html, nothing } from "lit";

import type { Phase } from "../../api/types.ts";
import {
  type Curve,
  type Line,
  momentOf,
  nearest,
  ofEpochs,
  type Plot,
  pointAt,
  sheetOf,
  toldOf,
} from "../../core/curves.ts";
import { full, short, valueAt } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import type { Curves } from "../../curvefeed.ts";
import type { Feed } from "../../feed.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/curves.ts";
import type { Desk } from "../view.ts";
import type { Chart, Picture } from "./chart.ts";
import { digits } from "./parts.ts";
import type { DrawnPlot } from "./plot.ts";
import { Stepping } from "./stepping.ts";

/** What makes one chart of curves another than the next. */
export interface Kind {
  /** What keeps the curves up with the run, and what all that there is of them is. */
  readonly feed: (desk: Desk, heard: () => void) => Feed<Curves>;
  readonly whole: (desk: Desk, curves: Curves) => Promise<readonly Curve[]>;
  readonly plots: (series: readonly Curve[], log: boolean) => readonly Plot[];
  /** The phase in which the numbers come to be. */
  readonly phase: Phase;
  /** Whether the scale can be chosen. */
  readonly scalable: boolean;
}

export class CurvesChart implements Chart {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #kind: Kind;
  readonly #feed: Feed<Curves>;
  readonly #stop: () => void;
  readonly #drawn = new Map<HTMLElement, DrawnPlot>();
  readonly #stepping: Stepping;
  /** What draws, once it has come. */
  #library: typeof import("./plot.ts") | null = null;
  #inVain = false;
  /** The plots of the curves that they were made of. */
  #made: { of: unknown; log: boolean; plots: readonly Plot[]; table: Sheet | null } = {
    of: null,
    log: false,
    plots: [],
    table: null,
  };
  #log = false;

  constructor(desk: Desk, redraw: () => void, kind: Kind) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#kind = kind;
    this.#stepping = new Stepping(redraw, (step) => this.#go(step));
    this.#feed = kind.feed(desk, redraw);
    this.#stop = this.#feed.start();
    void this.#load();
  }

  async #load(): Promise<void> {
    this.#library = await import("./plot.ts").catch(() => null);
    this.#inVain = this.#library === null;
    this.#redraw();
  }

  /** The curves of this session, if they have come. */
  get #curves(): Curves | null {
    const { latest } = this.#feed;
    return latest?.id === this.#desk.session.id ? latest : null;
  }

  #of(curves: Curves | null): { plots: readonly Plot[]; table: Sheet | null } {
    const log = this.#log;
    if (this.#made.of !== curves || this.#made.log !== log) {
      const plots = curves ? this.#kind.plots(curves.series, log) : [];
      const lines = plots.flatMap((plot) => plot.lines);
      this.#made = { of: curves, log, plots, table: lines.length ? sheetOf(lines) : null };
    }
    return this.#made;
  }

  get #plots(): readonly Plot[] {
    return this.#of(this.#curves).plots;
  }

  get probing(): boolean {
    return this.#stepping.probe !== null;
  }

  words(state: State) {
    const { net, t, step } = state;
    const { missed } = this.#feed;
    const { probe } = this.#stepping;
    const lines = this.#plots.flatMap((plot) => plot.lines);
    if (!lines.length) return missed ? say.unread : common.nothingYet;
    const finished = Math.floor(t / (net?.schedule.length ?? 1));
    const troubles = [missed ? say.notLatest : "", this.#inVain ? say.undrawn : ""].map((trouble) =>
      trouble ? html`<span class="chart-missed">${trouble}</span>` : nothing,
    );
    const known = probe === null ? lossOf(state) : null;
    return html`${words(lines, probe ?? step, probe ?? finished, known)} ${troubles}`;
  }

  tools() {
    if (!this.#kind.scalable) return nothing;
    const toggle = () => {
      this.#log = !this.#log;
      this.#redraw();
    };
    return html`<button
      type="button"
      class="plain"
      aria-pressed=${this.#log ? "true" : "false"}
      ?disabled=${!this.#plots.length}
      @click=${toggle}
    >
      ${say.logScale}
    </button>`;
  }

  body(state: State) {
    return html`${this.#plots.map((plot) => this.#figure(state, plot))}`;
  }

  #figure({ step }: State, plot: Plot) {
    const { steps } = plot;
    const under = (event: MouseEvent) => {
      const drawn = this.#drawn.get(event.currentTarget as HTMLElement);
      return drawn ? (steps[nearest(steps, drawn.stepAt(event.clientX))] ?? null) : null;
    };
    const now = this.#stepping.probe ?? step;
    return html`<figure class="chart">
      <figcaption>${plot.title} <span class="chart-hint">· ${say.aboutClick}</span></figcaption>
      ${this.#stepping.slider({ name: common.byStep(plot.title), steps, now, spoken: spoken(plot.lines, now), under })}
    </figure>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const hosts = [...panel.querySelectorAll<HTMLElement>(".chart-plot")];
    for (const [host, drawn] of this.#drawn)
      if (!hosts.includes(host)) {
        drawn.dispose();
        this.#drawn.delete(host);
      }
    const library = this.#library;
    if (!library) return;
    hosts.forEach((host, i) => {
      const plot = this.#plots[i];
      if (!plot) return;
      const drawn = this.#drawn.get(host) ?? new library.DrawnPlot(host);
      this.#drawn.set(host, drawn);
      drawn.show(plot, { present: state.step, probe: this.#stepping.probe });
    });
  }

  repaint(): void {
    for (const drawn of this.#drawn.values()) drawn.repaint();
  }

  table(): Sheet | null {
    return this.#of(this.#curves).table;
  }

  async numbers(): Promise<Sheet> {
    const curves = this.#curves;
    return sheetOf(curves ? await this.#kind.whole(this.#desk, curves) : []);
  }

  get drawable(): boolean {
    return this.#library !== null;
  }

  pictures(): readonly Picture[] {
    return [...this.#drawn.values()].flatMap(({ canvas }, i) =>
      canvas ? [{ canvas, title: this.#plots[i]?.title ?? "" }] : [],
    );
  }

  dispose(): void {
    this.#stop();
    for (const drawn of this.#drawn.values()) drawn.dispose();
  }

  #go(step: number): void {
    const { net, head } = this.#desk.store.state;
    if (net && head) void this.#desk.session.seek(momentOf(net.schedule, head, this.#kind.phase, step), step);
  }
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
  const told = toldOf(own, step);
  const numbers = told.map(
    ({ line, mark }, i) =>
      html`${i ? ", " : ""}${called(line)} ${number(line, step, line.kind === "step" ? loss : null)}${mark ? say.MARKS[mark] : ""}`,
  );
  if (told.length < own.length) numbers.push(html`${say.ofAll(own.length)}`);
  const ofEpoch = (since: number) =>
    epochs.map(
      ({ line }, i) => html`${i ? ", " : ""}${line.label} ${line.name.split("_")[1]} ${number(line, since)}`,
    );
  return html`<span class="chart-step">${say.atStep(digits(step), numbers)}</span>
    ${
      since === undefined
        ? nothing
        : html`<span class="chart-epoch muted">· ${say.afterSteps(since, ofEpoch(since))}</span>`
    }`;
}

/** The value of a curve at a step, in full beside what is shown of it. */
function number(line: Line, step: number, known: number | null = null) {
  const drawn = pointAt(line, step);
  const point = known !== null && drawn?.step !== step ? { step, value: known } : drawn;
  if (!point) return say.notComputed;
  const { step: at, value } = point;
  const shown = html`<b class="digits" data-series=${line.name} data-step=${at} data-value=${full(value)}>${short(value)}</b>`;
  return at === step ? shown : say.ofStep(shown, at);
}

function spoken(lines: readonly Line[], step: number): string {
  const values = toldOf(lines, step).flatMap(({ line, mark }) => {
    const point = pointAt(line, step);
    if (!point) return [];
    const number = short(point.value);
    const text = point.step === step ? number : say.spokenOfStep(number, point.step);
    return [`${called(line)} ${text}${mark ? say.MARKS[mark] : ""}`];
  });
  return common.atStep(step, values.join(", ") || say.notComputed);
}

const called = ({ kind, label }: Line) => (kind === "step" ? common.loss : label);
