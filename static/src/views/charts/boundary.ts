/** What the network answers over the plane of its two inputs, with the rows of data, and where it changes sides. */

import { html, nothing } from "lit";

import { askedAs } from "../../api/client.ts";
import {
  answersAt,
  borderOf,
  fieldOf,
  outputLayers,
  outputsOf,
  type Place,
  placeName,
  placeNear,
  readSurface,
  shownTensor,
  type Surface,
  surfaceSheet,
} from "../../core/boundary.ts";
import { type Maps, momentOfMaps, type Scale, scaleOf, shadesOf } from "../../core/maps.ts";
import { INPUT, layerOf, type Net } from "../../core/net.ts";
import { element, short } from "../../core/numbers.ts";
import type { Rows } from "../../core/rows.ts";
import type { Dot } from "../../core/scatter.ts";
import type { Sheet } from "../../core/sheet.ts";
import { Feed } from "../../feed.ts";
import { mapKey } from "../../mapfeed.ts";
import type { State } from "../../store.ts";
import * as say from "../../strings/boundary.ts";
import * as common from "../../strings/common.ts";
import * as plane from "../../strings/plane.ts";
import { pictureOf } from "../maps.ts";
import { shapeOf } from "../scatter.ts";
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { leap } from "./leaps.ts";
import { choice, fact } from "./parts.ts";
import { drawContour, drawHeat, type Pen, Plane } from "./plane.ts";

const RESOLUTION = 40;
const REST = 100;
const KEPT = 20;
const DOT = 42;

export const open: Open = (desk, redraw) => new BoundaryChart(desk, redraw);

class BoundaryChart implements Chart {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #feed: Feed<Surface>;
  readonly #stop: () => void;
  #plane: Plane | null = null;
  #unit: number | null = null;
  #probe: Place | null = null;
  #table: { of: Surface; sheet: Sheet } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#feed = new Feed(desk.store, desk.clock, {
      key: mapKey,
      ask: async ({ net, head, t }) => {
        const [id, moment] = [askedAs(head), momentOfMaps(net?.schedule ?? [], t)];
        const layers = net ? outputLayers(net) : [];
        return readSurface(id, await desk.client.exactMaps(id, moment, RESOLUTION, layers));
      },
      heard: redraw,
      rest: REST,
      kept: KEPT,
    });
    this.#stop = this.#feed.start();
  }

  /** The answers of this session: of the present moment, or the latest there are. */
  get #surface(): Surface | null {
    const { latest } = this.#feed;
    return latest?.of === this.#desk.session.id ? latest : null;
  }

  #shown(state: State): Shown | null {
    const { net, rows } = state;
    const surface = this.#surface;
    if (!net || !surface) return null;
    const tensor = shownTensor(net);
    const outputs = outputsOf(surface, tensor);
    const unit = Math.min(this.#unit ?? (outputs === 2 ? 1 : 0), outputs - 1);
    const layer = net.layers.at(-1);
    const maps: Maps = { ...surface, tensors: Object.fromEntries(surface.tensors) };
    if (!layer) return null;
    return {
      net,
      rows,
      surface,
      tensor,
      outputs,
      unit,
      maps,
      scale: scaleOf(net, layer, maps, rows?.ends ?? null),
    };
  }

  get probing(): boolean {
    return this.#probe !== null;
  }

  words(state: State) {
    const shown = this.#shown(state);
    const refusal = this.#feed.refusal;
    if (!shown) return refusal ?? (this.#feed.missed ? say.unread : common.nothingYet);
    const { surface, tensor, outputs, unit, rows, scale } = shown;
    const stale = this.#feed.missed ? html` <span class="chart-missed">${common.notLatest}</span>` : nothing;
    if (this.#probe) return html`${at(surface, this.#probe)}${stale}`;
    const border = borderOf(surface, tensor, unit, scale, rows)?.words;
    const answer = outputs > 1 ? say.answerOf(tensor, rows?.names[unit] ?? unit) : say.answer(tensor);
    return html`${border ? say.shownWithLine(answer, border) : say.shown(answer)}
      <span class="muted">${say.howToRead}</span>${stale}`;
  }

  tools(state: State) {
    const shown = this.#shown(state);
    if (!shown || shown.outputs < 2) return nothing;
    const choose = (unit: string) => {
      this.#unit = Number(unit);
      this.#redraw();
    };
    const units = Array.from(
      { length: shown.outputs },
      (_, i) => [String(i), shown.rows?.names[i] ?? String(i)] as const,
    );
    return choice(shown.rows?.classes ? say.classUnit : say.outputUnit, units, String(shown.unit), choose);
  }

  body(state: State) {
    const shown = this.#shown(state);
    if (!shown) return nothing;
    const look = (place: Place | null) => {
      this.#probe = place;
      this.#redraw();
    };
    const under = (event: PointerEvent) => {
      const found = this.#plane?.at(event) ?? null;
      look(found && placeNear(shown.surface, found));
    };
    const said = this.#probe ? spokenAt(shown.surface, this.#probe) : plane.howToMove;
    return html`<figure class="chart square">
        <div
          class="chart-plane"
          role="application"
          tabindex="0"
          aria-label=${say.overThePlane(shown.tensor)}
          aria-describedby="boundary-said"
          @pointermove=${under}
          @pointerdown=${under}
          @pointerleave=${(event: PointerEvent) => event.pointerType === "mouse" && look(null)}
          @blur=${() => look(null)}
          @keydown=${(event: KeyboardEvent) => leap(event, this.#probe, shown.surface, look)}
        ></div>
        <p class="sr-only" id="boundary-said" aria-live="polite">${said}</p>
      </figure>
      <div class="chart-side">${legend(shown)}</div>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const host = panel.querySelector<HTMLElement>(".chart-plane");
    const shown = this.#shown(state);
    if (!host || !shown) return;
    this.#plane ??= new Plane(host);
    const { surface, unit, tensor, scale, maps, rows } = shown;
    const [x, y] = [surface.x, surface.y];
    const grid = { x, y, values: fieldOf(surface, tensor, unit) };
    const picture = maps.tensors[tensor];
    const border = borderOf(surface, tensor, unit, scale, rows);
    const probe = this.#probe;
    const example = exampleOf(state);
    this.#plane.show({
      x: [x[0] ?? 0, x.at(-1) ?? 1],
      y: [y[0] ?? 0, y.at(-1) ?? 1],
      names: ["x0", "x1"],
      paint: (pen) => {
        if (picture) drawHeat(pen, grid, pictureOf(shadesOf(picture, unit, scale), x.length, y.length));
        pen.context.strokeStyle = pen.colours.ink;
        pen.context.lineWidth = 1.5;
        if (border) drawContour(pen, { ...grid, values: border.field }, 0);
        for (const point of rows?.points ?? []) dot(pen, point, rows, unit);
        if (example) ring(pen, example, 8);
        if (probe) cross(pen, [x[probe.column] ?? 0, y[probe.row] ?? 0]);
      },
    });
  }

  repaint(): void {
    this.#plane?.repaint();
  }

  table(): Sheet | null {
    const surface = this.#surface;
    if (!surface) return null;
    if (this.#table?.of !== surface) this.#table = { of: surface, sheet: surfaceSheet(surface) };
    return this.#table.sheet;
  }

  pictures(): readonly Picture[] {
    return this.#plane ? [{ title: say.title, canvas: this.#plane.canvas }] : [];
  }

  dispose(): void {
    this.#stop();
    this.#plane?.dispose();
  }
}

interface Shown {
  readonly net: Net;
  readonly rows: Rows | null;
  readonly surface: Surface;
  readonly tensor: string;
  readonly outputs: number;
  readonly unit: number;
  readonly maps: Maps;
  readonly scale: Scale;
}

/** Where the example stands that the units show. */
function exampleOf({ net, frame, sample }: State): [number, number] | null {
  const x = net && frame?.tensors[layerOf(net, INPUT)?.out ?? ""];
  const [across, up] = [element(x, [sample, 0]), element(x, [sample, 1])];
  return across === null || up === null ? null : [across, up];
}

/** What stands at a point of the map: the point by its place and its coordinates, and every answer there. */
function at(surface: Surface, place: Place) {
  const name = placeName(place);
  const number = (column: string, value: number) => fact(column, value, name);
  return say.point(
    name,
    number("x0", surface.x[place.column] ?? NaN),
    number("x1", surface.y[place.row] ?? NaN),
    answersAt(surface, place).map(
      ({ name, value }, i) => html`${i ? ", " : ""}${name} ${number(name, value)}`,
    ),
  );
}

function spokenAt(surface: Surface, place: Place): string {
  const { column, row } = place;
  const answers = answersAt(surface, place).map(({ name, value }) => `${name} ${short(value)}`);
  return `x0 ${short(surface.x[column] ?? NaN)}, x1 ${short(surface.y[row] ?? NaN)}: ${answers.join(", ")}`;
}

/** What colours and shapes say, with the numbers of the scale. */
function legend({ scale: { middle, reach }, rows, outputs, unit }: Shown) {
  const signed = middle !== 0 || outputs === 1;
  const ends = signed ? [middle - reach, middle, middle + reach] : [-reach, 0, reach];
  const kinds = rows?.names ?? [];
  const held = rows?.points.some((point) => point.held) ?? false;
  return html`<p class="scale-bar" aria-hidden="true"></p>
    <p class="scale-ends digits">${ends.map((end) => html`<span>${short(end)}</span>`)}</p>
    <ul class="chart-keys">
      ${kinds.map((name, i) => html`<li>${key(i, rows, unit)} ${kinds.length > 2 ? say.className(name) : name}</li>`)}
      ${held ? html`<li><span class="muted">${say.hollow}</span></li>` : nothing}
      <li><span class="muted">${say.ringed}</span></li>
    </ul>`;
}

function key(target: number, rows: Rows | null, unit: number) {
  const kind = toneOf(target, rows, unit);
  return html`<svg class="chart-key ${kind}" viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">
    <path d=${shapeOf(shapedBy(target, rows), DOT)}></path>
  </svg>`;
}

/** Two classes have the hues of the signs; of more the chosen one has, and shapes tell them apart; numbers have a sign. */
function toneOf(target: number, rows: Rows | null, unit: number): "positive" | "negative" | "ink" {
  const classes = rows?.classes ?? null;
  if (classes === 2) return target === 1 ? "positive" : "negative";
  if (classes === null) return target < 0 ? "negative" : "positive";
  return target === unit ? "positive" : "ink";
}

/** Classes have the shapes that they have among the data; numbers have one. */
function shapedBy(target: number, rows: Rows | null): number {
  return rows?.classes == null ? 0 : target;
}

function dot(
  { context, x, y, colours }: Pen,
  { at, target, held }: Dot,
  rows: Rows | null,
  unit: number,
): void {
  const colour = colours[toneOf(target, rows, unit)];
  context.save();
  context.translate(x(at[0]), y(at[1]));
  context.beginPath();
  shapeOf(shapedBy(target, rows), DOT, context);
  context.lineWidth = held ? 1.5 : 1;
  context.fillStyle = held ? colours.panel : colour;
  context.strokeStyle = held ? colour : colours.panel;
  context.fill();
  context.stroke();
  context.restore();
}

function ring(
  { context, x, y, colours }: Pen,
  [across, up]: readonly [number, number],
  radius: number,
): void {
  context.beginPath();
  context.arc(x(across), y(up), radius, 0, 2 * Math.PI);
  context.lineWidth = 2;
  context.strokeStyle = colours.ink;
  context.stroke();
}

function cross({ context, x, y, colours }: Pen, [across, up]: readonly [number, number]): void {
  const [left, top] = [x(across), y(up)];
  context.beginPath();
  context.moveTo(left - 9, top);
  context.lineTo(left + 9, top);
  context.moveTo(left, top - 9);
  context.lineTo(left, top + 9);
  context.lineWidth = 1.5;
  context.strokeStyle = colours.ink;
  context.stroke();
}
