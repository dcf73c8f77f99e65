/** The loss over a plane through all parameters, with the way that was taken over it and the step that comes. */

import { interpolateRgb } from "d3-interpolate";
import { html, nothing } from "lit";

import { askedAs } from "../../api/client.ts";
import { type Place, placeName, placeNear } from "../../core/boundary.ts";
import {
  axesInWords,
  type Landscape,
  landscapeSheet,
  levels,
  lossAt,
  reachOfPath,
  readLandscape,
  shareAbove,
  spokenAt,
  stepNear,
} from "../../core/landscape.ts";
import { signed } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import { Feed, momentKey } from "../../feed.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/landscape.ts";
import * as plane from "../../strings/plane.ts";
import { channels } from "../palette.ts";
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { leap } from "./leaps.ts";
import { disc, guide, stroke } from "./marks.ts";
import { change, choice, fact } from "./parts.ts";
import { drawContour, drawHeat, type Pen, Plane } from "./plane.ts";

const RESOLUTION = 31;
const REST = 250;
const KEPT = 12;
const USUAL = 1;
const LINES = 11;
const DARKEST = 0.55;
/** How near to the way a click has to be, in pixels. */
const NEAR = 14;
const REACHES = { path: say.asTheWay, "0.5": "± 0.5", "1": "± 1", "3": "± 3", "10": "± 10" } as const;
type Reach = keyof typeof REACHES;

export const open: Open = (desk, redraw) => new LandscapeChart(desk, redraw);

class LandscapeChart implements Chart {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #feed: Feed<Landscape>;
  readonly #stop: () => void;
  #plane: Plane | null = null;
  #reach: Reach = "path";
  #probe: Place | null = null;
  /** The step of the way that the pointer is at. */
  #near: number | null = null;
  #made: { of: Landscape; sheet: Sheet; lines: readonly number[] } | null = null;
  #picture: { of: Landscape; colours: unknown; canvas: HTMLCanvasElement } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#feed = new Feed(desk.store, desk.clock, {
      key: (state) => {
        const moment = momentKey(state);
        return moment && `${moment} ${this.#reach}`;
      },
      ask: (state) => this.#ask(state),
      heard: redraw,
      rest: REST,
      kept: KEPT,
    });
    this.#stop = this.#feed.start();
  }

  async #ask({ head, t }: State): Promise<Landscape> {
    const [id, reach] = [askedAs(head), this.#reach];
    const over = async (span: number, resolution: number) =>
      readLandscape(id, await this.#desk.client.landscape(id, t, span, resolution));
    const span = reach === "path" ? reachOfPath(await over(USUAL, 2), USUAL) : Number(reach);
    return over(span, RESOLUTION);
  }

  /** That of this session: of the present moment, or the latest there is. */
  get #landscape(): Landscape | null {
    const { latest } = this.#feed;
    return latest?.of === this.#desk.session.id ? latest : null;
  }

  #of(landscape: Landscape): { sheet: Sheet; lines: readonly number[] } {
    if (this.#made?.of !== landscape)
      this.#made = { of: landscape, sheet: landscapeSheet(landscape), lines: levels(landscape, LINES) };
    return this.#made;
  }

  get probing(): boolean {
    return this.#probe !== null;
  }

  words() {
    const landscape = this.#landscape;
    const { missed, refusal } = this.#feed;
    if (!landscape) return refusal ?? (missed ? say.unread : common.wait);
    const stale = missed ? html` <span class="chart-missed">${refusal ?? common.notLatest}</span>` : nothing;
    if (this.#probe) return html`${at(landscape, this.#probe)}${this.#onTheWay()}${stale}`;
    return html`${say.around(axesInWords(landscape))}
      <span class="muted">${say.howToRead}</span>${stale}`;
  }

  #onTheWay() {
    return this.#near === null ? nothing : html` · ${say.ofTheWay(this.#near)}`;
  }

  tools() {
    const choose = (reach: string) => {
      this.#reach = reach as Reach;
      this.#feed.look();
      this.#redraw();
    };
    return choice(say.reach, Object.entries(REACHES), this.#reach, choose);
  }

  body() {
    const landscape = this.#landscape;
    if (!landscape) return nothing;
    const look = (probe: Place | null, near: number | null = null) => {
      [this.#probe, this.#near] = [probe, near];
      this.#redraw();
    };
    const under = (event: PointerEvent) => {
      const found = this.#plane?.at(event) ?? null;
      look(found && placeNear(landscape, found), this.#stepUnder(landscape, event));
    };
    const said = this.#probe ? spokenAt(landscape, this.#probe) : plane.howToMove;
    return html`<figure class="chart square">
        <div
          class="chart-plane"
          role="application"
          tabindex="0"
          aria-label=${say.overThePlane}
          aria-describedby="landscape-said"
          @pointermove=${under}
          @pointerdown=${under}
          @pointerleave=${(event: PointerEvent) => event.pointerType === "mouse" && look(null)}
          @blur=${() => look(null)}
          @click=${(event: MouseEvent) => this.#go(this.#stepUnder(landscape, event))}
          @keydown=${(event: KeyboardEvent) => leap(event, this.#probe, landscape, look)}
        ></div>
        <p class="sr-only" id="landscape-said" aria-live="polite">${said}</p>
      </figure>
      <div class="chart-side">${legend(landscape)}</div>`;
  }

  /** The step whose place on the way is under the pointer. */
  #stepUnder(landscape: Landscape, event: MouseEvent): number | null {
    const [here, beside] = [0, NEAR].map((by) =>
      this.#plane?.at({ clientX: event.clientX + by, clientY: event.clientY } as MouseEvent),
    );
    return here && beside ? stepNear(landscape, here, Math.abs(beside[0] - here[0])) : null;
  }

  /** To where that step begins. */
  #go(step: number | null): void {
    const { net, head } = this.#desk.store.state;
    if (step === null || !net || !head) return;
    void this.#desk.session.seek(Math.min(step * net.schedule.length, head.t), step);
  }

  paint(panel: HTMLElement): void {
    const host = panel.querySelector<HTMLElement>(".chart-plane");
    const landscape = this.#landscape;
    if (!host || !landscape) return;
    this.#plane ??= new Plane(host);
    const { x, y } = landscape;
    const { lines } = this.#of(landscape);
    this.#plane.show({
      x: [x[0] ?? 0, x.at(-1) ?? 1],
      y: [y[0] ?? 0, y.at(-1) ?? 1],
      names: ["x", "y"],
      paint: (pen) => {
        drawHeat(pen, { x, y, values: landscape.losses }, this.#shaded(pen, landscape, lines));
        draw(pen, landscape, lines, this.#probe);
      },
    });
  }

  /** The losses as a picture of a pixel a place, the lowest as the panel and the highest darkest. */
  #shaded({ colours }: Pen, landscape: Landscape, lines: readonly number[]): HTMLCanvasElement {
    const made = this.#picture;
    if (made?.of === landscape && made.colours === colours) return made.canvas;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [landscape.x.length, landscape.y.length];
    const context = canvas.getContext("2d");
    const shade = interpolateRgb(colours.panel, colours.loss);
    const image = context?.createImageData(canvas.width, canvas.height);
    landscape.losses.forEach((loss, i) => {
      const share = shareAbove(loss, lines);
      const place = (canvas.height - 1 - Math.floor(i / canvas.width)) * canvas.width + (i % canvas.width);
      image?.data.set(
        [...channels(share === null ? colours.control : shade(DARKEST * share)), 255],
        4 * place,
      );
    });
    if (image) context?.putImageData(image, 0, 0);
    this.#picture = { of: landscape, colours, canvas };
    return canvas;
  }

  repaint(): void {
    this.#plane?.repaint();
  }

  table(): Sheet | null {
    const landscape = this.#landscape;
    return landscape && this.#of(landscape).sheet;
  }

  pictures(): readonly Picture[] {
    return this.#plane ? [{ title: say.title, canvas: this.#plane.canvas }] : [];
  }

  dispose(): void {
    this.#stop();
    this.#plane?.dispose();
  }
}

function at(landscape: Landscape, place: Place) {
  const name = placeName(place);
  const { x, y, loss } = landscape;
  const there = lossAt(landscape, place);
  return say.point(
    name,
    fact("x", x[place.column] ?? NaN, name),
    fact("y", y[place.row] ?? NaN, name),
    fact("loss", there, name),
    signed(there - loss),
  );
}

/** What is drawn, and the step in numbers. */
function legend({ loss, gradientNorm, step, path }: Landscape) {
  return html`<ul class="chart-keys">
      <li><i class="slice-key happened"></i>${step.taken ? say.whereItLed : say.whereItWillLead}</li>
      <li><i class="slice-key began"></i>${say.whereItBegan}</li>
      <li><span class="muted">${say.line(path.length)}</span></li>
      <li><span class="muted">${say.shade}</span></li>
    </ul>
    <p>${say.began(fact("centre-loss", loss), fact("gradient-norm", gradientNorm))}</p>
    <p>
      ${say.moves(change("step", "predicted", step.predicted), change("step", "real", step.real))}
    </p>`;
}

function draw(pen: Pen, landscape: Landscape, lines: readonly number[], probe: Place | null): void {
  const { context, colours } = pen;
  const { x, y, losses, path, step } = landscape;
  context.strokeStyle = colours.muted;
  context.lineWidth = 0.75;
  for (const level of lines) drawContour(pen, { x, y, values: losses }, level);
  stroke(
    pen,
    colours.ink,
    2,
    [],
    path.map(({ at }) => at),
  );
  if (path.length <= 60) for (const { at } of path) disc(pen, ...at, 2, colours.ink, colours.ink);
  stroke(pen, colours.update, 2, [], [[0, 0], step.at]);
  disc(pen, 0, 0, 5, colours.panel, colours.ink);
  disc(pen, ...step.at, 5, colours.update, colours.panel);
  if (!probe) return;
  guide(pen, colours.ink, { x: x[probe.column] ?? 0 });
  guide(pen, colours.ink, { y: y[probe.row] ?? 0 });
}
