/** How the numbers of one tensor were spread at each of some steps: a column a step, the darker the more lie there. */

import { html, nothing } from "lit";

import { momentOf, nearest } from "../../core/curves.ts";
import { gradientOf, type Net } from "../../core/net.ts";
import { counted, short } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import { type Columns, columnsSheet, fullest, rangeAt, reach, readColumns } from "../../core/trends.ts";
import { askedAs } from "../../api/client.ts";
import { Feed } from "../../feed.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as curves from "../../strings/curves.ts";
import * as plot from "../../strings/plot.ts";
import * as say from "../../strings/spreads.ts";
import { finishedKey, LOOKING_BACK } from "../../trendfeed.ts";
import type { Desk } from "../view.ts";
import type { Chart, Picture } from "./chart.ts";
import { guide } from "./marks.ts";
import { choice, fact } from "./parts.ts";
import { type Pen, Plane } from "./plane.ts";
import { Stepping } from "./stepping.ts";

/** The least that is seen of a bin with one number in it. */
const FAINTEST = 0.12;

export class SpreadsChart implements Chart {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #feed: Feed<{ of: string; columns: Columns }>;
  readonly #stop: () => void;
  readonly #stepping: Stepping;
  #tensor: string | null = null;
  #drawn: { host: HTMLElement; plane: Plane } | null = null;
  #sheet: { of: Columns; sheet: Sheet } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#stepping = new Stepping(redraw, (step) => this.#go(step));
    this.#feed = new Feed(desk.store, desk.clock, {
      key: (state) => {
        const finished = finishedKey(state);
        return finished === null ? null : `${finished} ${this.#shown(state)}`;
      },
      ask: async (state) => {
        const of = askedAs(state.head);
        const answer = await desk.client.histograms(of, this.#shown(state), state.head?.t ?? 0);
        return { of, columns: readColumns(answer) };
      },
      heard: redraw,
      ...LOOKING_BACK,
    });
    this.#stop = this.#feed.start();
  }

  /** The tensor that is chosen, where this network has it; else its first weights. */
  #shown({ net }: State): string {
    const all = tensorsOf(net);
    return this.#tensor !== null && all.includes(this.#tensor) ? this.#tensor : (all[0] ?? "");
  }

  #columns(state: State): Columns | null {
    const { latest } = this.#feed;
    const own = latest?.of === askedAs(state.head) && latest.columns.tensor === this.#shown(state);
    return own && latest.columns.steps.length ? latest.columns : null;
  }

  words(state: State) {
    const columns = this.#columns(state);
    const trouble = this.#feed.missed ? say.unread : "";
    if (!columns) return trouble || say.nothingYet(this.#shown(state));
    const i = nearest(columns.steps, this.#stepping.probe ?? state.step);
    const step = columns.steps[i] ?? 0;
    const range = rangeAt(columns, i);
    const zeros = columns.zeros[i] ?? 0;
    const odd = columns.nonfinite[i] ?? 0;
    const facts = [
      range ? `${between(range)}, ` : "",
      say.exactlyZero(fact("zeros", zeros, step, counted(zeros))),
      odd ? html`, ${say.notFinite(fact("nonfinite", odd, step, counted(odd)))}` : nothing,
    ];
    return html`${say.afterStep(columns.tensor, fact("step", step, step, String(step)), facts)}
      <span class="muted">${say.shades}</span> ${trouble}`;
  }

  get probing(): boolean {
    return this.#stepping.probe !== null;
  }

  tools(state: State) {
    const choose = (tensor: string) => {
      this.#tensor = tensor;
      this.#feed.look();
      this.#redraw();
    };
    return choice(
      say.tensor,
      tensorsOf(state.net).map((name) => [name, name] as const),
      this.#shown(state),
      choose,
    );
  }

  body(state: State) {
    const columns = this.#columns(state);
    if (!columns) return nothing;
    const { steps, tensor } = columns;
    const now = this.#stepping.probe ?? state.step;
    const under = (event: MouseEvent) => {
      const at = this.#drawn?.plane.at(event);
      return at ? (steps[nearest(steps, at[0])] ?? null) : null;
    };
    const range = rangeAt(columns, nearest(steps, now));
    const spoken = common.atStep(now, range ? between(range) : say.noNumber);
    return html`<figure class="chart">
      <figcaption>${say.title(tensor)} <span class="chart-hint">· ${curves.aboutClick}</span></figcaption>
      ${this.#stepping.slider({ name: common.byStep(tensor), steps, now, spoken, under })}
    </figure>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const host = panel.querySelector<HTMLElement>(".chart-plot");
    const columns = this.#columns(state);
    if (this.#drawn && this.#drawn.host !== host) {
      this.#drawn.plane.dispose();
      this.#drawn = null;
    }
    if (!host || !columns) return;
    this.#drawn ??= { host, plane: new Plane(host) };
    const { steps, edges, tensor } = columns;
    const last = steps.length - 1;
    this.#drawn.plane.show({
      x: [reach(steps, 0)[0], reach(steps, last)[1]],
      y: [edges[0] ?? 0, edges.at(-1) ?? 1],
      names: [plot.step, tensor],
      paint: (pen) => draw(pen, columns, state.step, this.#stepping.probe),
    });
  }

  repaint(): void {
    this.#drawn?.plane.repaint();
  }

  table(state: State): Sheet | null {
    const columns = this.#columns(state);
    if (!columns) return null;
    if (this.#sheet?.of !== columns) this.#sheet = { of: columns, sheet: columnsSheet(columns) };
    return this.#sheet.sheet;
  }

  pictures(): readonly Picture[] {
    const { latest } = this.#feed;
    return this.#drawn ? [{ title: latest?.columns.tensor ?? "", canvas: this.#drawn.plane.canvas }] : [];
  }

  dispose(): void {
    this.#stop();
    this.#drawn?.plane.dispose();
  }

  #go(step: number): void {
    const { net, head } = this.#desk.store.state;
    if (net && head) void this.#desk.session.seek(momentOf(net.schedule, head, "update", step), step);
  }
}

function between([low, high]: readonly [number, number]): string {
  return say.between(short(low), short(high));
}

/** Every parameter, and its gradient behind it. */
function tensorsOf(net: Net | null): string[] {
  return (net?.layers ?? []).flatMap(({ weights, bias }) =>
    [weights, bias].flatMap((name) => {
      const gradient = net && gradientOf(net, name);
      return name === null ? [] : [name, ...(gradient ? [gradient] : [])];
    }),
  );
}

/** Each bin in the hue of its numbers' sign; the present step, and the one that is looked at, as upright lines. */
function draw(pen: Pen, columns: Columns, present: number, probe: number | null): void {
  const { context, x, y, colours } = pen;
  const { steps, edges, counts } = columns;
  const most = fullest(columns);
  counts.forEach((column, i) => {
    const [from, to] = reach(steps, i);
    column.forEach((count, j) => {
      if (!count) return;
      const [low = 0, high = 0] = [edges[j], edges[j + 1]];
      context.globalAlpha = FAINTEST + (1 - FAINTEST) * Math.sqrt(count / most);
      context.fillStyle = low + high < 0 ? colours.negative : colours.positive;
      context.fillRect(x(from), y(high), x(to) - x(from), y(low) - y(high));
    });
  });
  context.globalAlpha = 1;
  guide(pen, colours.ink, { x: present });
  if (probe !== null) guide(pen, colours.muted, { x: probe });
}
