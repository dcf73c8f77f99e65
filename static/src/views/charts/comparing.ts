/** The losses of two runs over one another, for a chart that holds one against the other: drawn, and in words. */

import { html } from "lit";

import { momentOf, nearest, type Plot, pointAt } from "../../core/curves.ts";
import { full, short } from "../../core/numbers.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/comparing.ts";
import type { Desk } from "../view.ts";
import type { DrawnPlot } from "./plot.ts";
import { Stepping } from "./stepping.ts";

export class Comparing {
  readonly #redraw: () => void;
  readonly #stepping: Stepping;
  #library: typeof import("./plot.ts") | null = null;
  #drawn: { host: HTMLElement; plot: DrawnPlot } | null = null;

  constructor({ store, session }: Desk, redraw: () => void) {
    this.#redraw = redraw;
    this.#stepping = new Stepping(redraw, (step) => {
      const { net, head } = store.state;
      if (net && head) void session.seek(momentOf(net.schedule, head, "loss", step), step);
    });
    void this.#load();
  }

  async #load(): Promise<void> {
    this.#library = await import("./plot.ts").catch(() => null);
    this.#redraw();
  }

  /** The step that the pointer or the keyboard looks at. */
  get probe(): number | null {
    return this.#stepping.probe;
  }

  /** `dashed` says which run the dashed line is. */
  figure(plot: Plot, { step }: State, dashed: string) {
    const { steps, title } = plot;
    const now = this.probe ?? step;
    const under = (event: MouseEvent) => {
      const drawn = this.#drawn?.plot;
      return drawn ? (steps[nearest(steps, drawn.stepAt(event.clientX))] ?? null) : null;
    };
    return html`<figure class="chart">
      <figcaption>${title} <span class="chart-hint">· ${say.dashed(dashed)}</span></figcaption>
      ${this.#stepping.slider({ name: common.byStep(title), steps, now, spoken: spoken(plot, now), under })}
    </figure>`;
  }

  /** The two losses side by side, at the step or the last before it. */
  losses({ lines }: Plot, { step: present }: State) {
    const step = this.probe ?? present;
    const losses = lines.map((line, i) => {
      const point = pointAt(line, step);
      const number = point
        ? html`<b class="digits" data-series=${line.name} data-step=${point.step} data-value=${full(point.value)}>${short(point.value)}</b>`
        : say.notComputed;
      const loss = point && point.step !== step ? say.earlier(number, point.step) : number;
      return html`${i ? ", " : ""}${line.label} ${loss}`;
    });
    return say.lossesAt(step, losses);
  }

  /** Draw it into its place in the panel, if it has one. */
  paint(panel: HTMLElement, plot: Plot | null, { step }: State): void {
    const host = panel.querySelector<HTMLElement>(".chart-plot");
    if (this.#drawn && this.#drawn.host !== host) this.dispose();
    if (!host || !plot || !this.#library) return;
    this.#drawn ??= { host, plot: new this.#library.DrawnPlot(host) };
    this.#drawn.plot.show(plot, { present: step, probe: this.probe });
  }

  repaint(): void {
    this.#drawn?.plot.repaint();
  }

  get drawable(): boolean {
    return this.#library !== null;
  }

  get canvas(): HTMLCanvasElement | null {
    return this.#drawn?.plot.canvas ?? null;
  }

  dispose(): void {
    this.#drawn?.plot.dispose();
    this.#drawn = null;
  }
}

function spoken({ lines }: Plot, step: number): string {
  const said = lines.map((line) => {
    const point = pointAt(line, step);
    return `${line.label} ${point ? short(point.value) : say.notComputed}`;
  });
  return common.atStep(step, said.join(", "));
}
