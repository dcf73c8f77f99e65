/** How each layer's weights, or biases, and their gradients are spread at the moment that is shown. */

import { html, nothing } from "lit";

import {
  highest,
  type Histogram,
  histogramSheet,
  histogramsOf,
  type Part,
  type Spread,
} from "../../core/histogram.ts";
import { counted, full, short } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/weights.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { choice } from "./parts.ts";
import { type Pen, Plane } from "./plane.ts";
import { SpreadsChart } from "./spreads.ts";
import { Switched } from "./switched.ts";

/** How wide the line of the numbers that are exactly zero is. */
const ZERO = 3;
const ROOM = 1.08;

export const open: Open = (desk, redraw) =>
  new Switched(
    say.when,
    [
      { name: say.atThisMoment, open: () => new WeightsChart(redraw) },
      { name: say.overTheRun, open: () => new SpreadsChart(desk, redraw) },
    ],
    redraw,
  );

class WeightsChart implements Chart {
  readonly #redraw: () => void;
  readonly #planes = new Map<HTMLElement, { plane: Plane; spread: Spread | null; name: string }>();
  #part: Part = "weights";
  #sheet: { of: unknown; part: Part; sheet: Sheet | null } = { of: null, part: "weights", sheet: null };

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  #histograms({ net, frame }: State): readonly Histogram[] {
    return net && frame ? histogramsOf(net, frame, this.#part) : [];
  }

  words({ frame }: State) {
    if (!frame) return common.nothingYet;
    const { step, tick, phase } = frame;
    const moment = phase === null ? say.beforeFirst : say.moment(step, tick, phase);
    return html`${say.ofEveryLayer(say.PARTS[this.#part], moment)}
      <span class="muted">${say.howToRead}</span>`;
  }

  tools() {
    const choose = (part: string) => {
      this.#part = part as Part;
      this.#redraw();
    };
    return choice(say.show, Object.entries(say.PARTS), this.#part, choose);
  }

  body(state: State) {
    return html`<div class="histograms" role="group" tabindex="0" aria-label=${say.histograms}>
      ${this.#histograms(state).map(
        ({ tensor, spread }) =>
          html`<figure class="histogram" data-histogram=${tensor}>
            <figcaption>${spread ? html`<b>${tensor}</b> ${facts(tensor, spread)}` : say.notYet(tensor)}</figcaption>
            ${
              spread?.bars.length
                ? html`<div
                    class="chart-histogram"
                    data-of=${tensor}
                    role="img"
                    aria-label=${say.histogramOf(tensor)}
                  ></div>`
                : html`<p class="histogram-none muted" aria-hidden="true">–</p>`
            }
          </figure>`,
      )}
    </div>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const spreads = new Map(this.#histograms(state).map(({ tensor, spread }) => [tensor, spread]));
    const hosts = [...panel.querySelectorAll<HTMLElement>(".chart-histogram")];
    for (const [host, { plane }] of this.#planes)
      if (!hosts.includes(host)) {
        plane.dispose();
        this.#planes.delete(host);
      }
    for (const host of hosts) {
      const name = host.dataset["of"] ?? "";
      const spread = spreads.get(name) ?? null;
      const drawn = this.#planes.get(host) ?? { plane: new Plane(host), spread: null, name };
      if (spread && drawn.spread !== spread) drawn.plane.show(viewOf(spread));
      this.#planes.set(host, { plane: drawn.plane, spread, name });
    }
  }

  repaint(): void {
    for (const { plane } of this.#planes.values()) plane.repaint();
  }

  table(state: State): Sheet | null {
    const [of, part] = [state.frame, this.#part];
    if (this.#sheet.of !== of || this.#sheet.part !== part) {
      const sheet = histogramSheet(this.#histograms(state));
      this.#sheet = { of, part, sheet: sheet.rows.length ? sheet : null };
    }
    return this.#sheet.sheet;
  }

  pictures(): readonly Picture[] {
    return [...this.#planes.values()].map(({ plane, name }) => ({ title: name, canvas: plane.canvas }));
  }

  dispose(): void {
    for (const { plane } of this.#planes.values()) plane.dispose();
  }
}

/** How many, from where to where, how many exactly zero. */
function facts(tensor: string, { count, min, max, zeros, nonfinite, bars }: Spread) {
  const said = (what: string, value: number, text = short(value)) =>
    html`<span class="digits" data-column=${what} data-row=${tensor} data-value=${full(value)}>${text}</span>`;
  const all = html`${say.numbers(count, said("count", count, counted(count)))},
    ${Number.isNaN(min) ? nothing : html`${say.fromTo(said("min", min), said("max", max))},`}
    ${zeros === null ? say.tooLarge : say.exactlyZero(said("zeros", zeros, counted(zeros)))}${
      nonfinite ? html`, ${say.notFinite(said("nonfinite", nonfinite, counted(nonfinite)))}` : nothing
    }`;
  return bars.length || zeros === null ? all : say.nothingToDraw(all);
}

function viewOf(spread: Spread) {
  const { bars } = spread;
  return {
    x: [bars[0]?.low ?? 0, bars.at(-1)?.high ?? 1] as const,
    y: [0, ROOM * highest(spread)] as const,
    names: ["", ""] as const,
    say: (value: number) => (Number.isInteger(value) ? counted(value) : ""),
    paint: (pen: Pen) => draw(pen, spread),
  };
}

/** Bars in the hue of their sign, and a line in ink for what is exactly zero. */
function draw({ context, x, y, colours }: Pen, { bars, zeros }: Spread): void {
  for (const { low, high, count } of bars) {
    context.fillStyle = high <= 0 ? colours.negative : colours.positive;
    const left = x(low) + 0.5;
    context.fillRect(left, y(count), Math.max(1, x(high) - left - 0.5), y(0) - y(count));
  }
  context.fillStyle = colours.ink;
  if (zeros) context.fillRect(x(0) - ZERO / 2, y(zeros), ZERO, y(0) - y(zeros));
}
