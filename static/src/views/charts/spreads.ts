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
    const trouble = this.#feed.missed ? "These could not be read, or are not the latest." : "";
    if (!columns)
      return trouble || html`<b>${this.#shown(state)}</b>: nothing to draw before a step has ended.`;
    const i = nearest(columns.steps, this.#stepping.probe ?? state.step);
    const step = columns.steps[i] ?? 0;
    const range = rangeAt(columns, i);
    const zeros = columns.zeros[i] ?? 0;
    const odd = columns.nonfinite[i] ?? 0;
    return html`<b>${columns.tensor}</b> after step ${fact("step", step, step, String(step))}:
      ${range ? html`between ${short(range[0])} and ${short(range[1])}, ` : nothing}${fact("zeros", zeros, step, counted(zeros))} exactly 0${
        odd ? html`, ${fact("nonfinite", odd, step, counted(odd))} NaN or infinite` : nothing
      }. <span class="muted">The darker, the more numbers lie there.</span> ${trouble}`;
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
      "Tensor",
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
    const spoken = `step ${now}: ${range ? `between ${short(range[0])} and ${short(range[1])}` : "no number"}`;
    return html`<figure class="chart">
      <figcaption>${tensor} by step <span class="chart-hint">· a click goes to that step</span></figcaption>
      ${this.#stepping.slider({ name: `${tensor}, by step`, steps, now, spoken, under })}
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
      names: ["step", tensor],
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
