/**
 * Draws the rows of a network of one or two inputs: the training rows filled, those held out hollow, the batch ringed,
 * the chosen example most of all. A click chooses the example of the batch that is nearest.
 *
 * Below the rows lies an empty canvas of class `boundary`, of the same size, for whoever has something to paint there.
 * Its `data-boundary` says which part of the plane it shows, as `low,high,low,high` of the one axis and the other; an
 * event `boundary` is told to it, and bubbles, when it has another size and is empty.
 */

import {
  symbol,
  symbolCircle,
  symbolCross,
  symbolDiamond,
  symbolSquare,
  symbolStar,
  symbolTriangle,
  symbolWye,
} from "d3-shape";
import { html, nothing, svg } from "lit";

import type { Frame } from "../api/types.ts";
import { INPUT, layerOf, type Net } from "../core/net.ts";
import {
  type Cloud,
  cloudInWords,
  largestTarget,
  nearestOf,
  placeIn,
  targetOf,
  upOf,
} from "../core/scatter.ts";
import type { State } from "../store.ts";
import * as say from "../strings/scatter.ts";
import { palette } from "./palette.ts";
import type { Desk } from "./view.ts";

const SHAPES = [
  symbolCircle,
  symbolSquare,
  symbolTriangle,
  symbolDiamond,
  symbolCross,
  symbolStar,
  symbolWye,
];
/** In square pixels: of a few points, and of many. */
const AREA = { few: 46, many: 16 };
const MANY = 400;
const REACH = 14;
/** More rings than this hide what they are around. */
const MOST_RINGS = 200;
const FAINTEST = 0.3;

/** The shape of a class, as the path of an element or on a canvas, around the origin. */
export function shapeOf(target: number, area: number, context?: CanvasRenderingContext2D): string {
  const draw = symbol(SHAPES[Math.abs(target) % SHAPES.length] ?? symbolCircle, area);
  return (context ? draw.context(context as never)() : draw()) ?? "";
}

/** The class of CSS that colours a target: two classes have the hues of the signs, more are ink. */
export function hueOf(target: number, classes: number | null): "positive" | "negative" | "ink" {
  if (classes === null) return target < 0 ? "negative" : target > 0 ? "positive" : "ink";
  return classes === 2 ? (target > 0 ? "positive" : "negative") : "ink";
}

/** How strongly a dot is coloured: among classes in ink each has its shade, a number its share of the largest. */
export function strengthOf(target: number, classes: number | null, most: number): number {
  if (classes === null) return most ? FAINTEST + (1 - FAINTEST) * (Math.abs(target) / most) : 1;
  return classes > 2 ? 1 - (0.6 * target) / (classes - 1) : 1;
}

export function scatterPart(cloud: Cloud, state: State, { session }: Desk) {
  const { net, frame, sample } = state;
  const places = net && frame ? placesOf(cloud, net, frame) : [];
  const choose = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const to = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height] as const;
    const found = nearestOf(places, to, { width: box.width, height: box.height, reach: REACH });
    if (found !== null) void session.choose(found);
  };
  const [across, up] = cloud.bounds;
  const said = say.withExample(cloudInWords(cloud), sample, places.length);
  return html`<div class="scatter" role="img" aria-label=${said} title=${say.howToChoose} @click=${choose}>
      <canvas class="boundary" data-boundary=${[...across, ...up].join(",")}></canvas>
      <canvas class="points"></canvas>
      <svg class="rings" aria-hidden="true">
        ${places.slice(0, MOST_RINGS).map((place, i) => (i === sample ? nothing : ring(place, i)))}
        ${places[sample] ? ring(places[sample], sample, "chosen") : nothing}
      </svg>
    </div>
    ${legend(cloud)}`;
}

function ring([x, y]: readonly [number, number], sample: number, ...marks: string[]) {
  const r = marks.length ? 7.5 : 5.5;
  return svg`<circle class=${["ring", ...marks].join(" ")} data-sample=${sample} cx="${100 * x}%" cy="${100 * y}%" r=${r}></circle>`;
}

/** Where the examples of the batch stand. */
function placesOf(cloud: Cloud, net: Net, frame: Frame): [number, number][] {
  const x = frame.tensors[layerOf(net, INPUT)?.out ?? ""];
  const y = frame.tensors[net.target];
  if (!x?.values || !y?.values || (x.shape[1] ?? 1) !== cloud.inputs) return [];
  const rows = Array.from({ length: x.shape[0] ?? 0 }, (_, row) => row);
  return rows.map((row) => {
    const across = (x.values as number[][])[row]?.[0] ?? 0;
    return placeIn(cloud.bounds, [across, upOf(x, row, targetOf(y, row, cloud.classes))]);
  });
}

function legend({ classes, dots, names }: Cloud) {
  const held = dots.some((dot) => dot.held);
  const kinds = classes === null ? [] : Array.from({ length: classes }, (_, target) => target);
  return html`<p class="kinds muted">
    ${kinds.map(
      (target) =>
        html`<span
          ><svg class="kind ${hueOf(target, classes)}" viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true"
            ><path d=${shapeOf(target, 50)} opacity=${strengthOf(target, classes, 1)}></path></svg
          >${names?.[target] ?? target}</span
        > `,
    )}
    ${classes === null ? html`<span class="negative-key">${say.negative}</span> <span class="positive-key">${say.positive}</span>` : nothing}
    ${held ? html`<span title=${say.aboutHollow}>${say.hollow}</span>` : nothing}
  </p>`;
}

/** Paints the dots of a scatter plot; again only where they are others, or what was painted was forgotten. */
export class Dots {
  #of: { canvas: HTMLCanvasElement; cloud: Cloud } | null = null;

  /** Forget what was painted, because colours or sizes have changed. */
  forget(): void {
    this.#of = null;
  }

  paint(host: HTMLElement, cloud: Cloud): void {
    const [boundary, canvas] = host.querySelectorAll<HTMLCanvasElement>(".scatter > canvas");
    const context = canvas?.getContext("2d");
    if (!boundary || !canvas || !context) return;
    if (this.#of?.canvas === canvas && this.#of.cloud === cloud) return;
    this.#of = { canvas, cloud };
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio;
    for (const one of [boundary, canvas])
      [one.width, one.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    boundary.dispatchEvent(new Event("boundary", { bubbles: true }));
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const { panel: paper, ...colours } = palette();
    const [most, area] = [largestTarget(cloud), cloud.dots.length > MANY ? AREA.many : AREA.few];
    for (const { at, target, held } of cloud.dots) {
      const [x, y] = placeIn(cloud.bounds, at);
      context.save();
      context.translate(x * width, y * height);
      context.beginPath();
      shapeOf(cloud.classes === null ? 0 : target, area, context);
      context.strokeStyle = held ? colours[hueOf(target, cloud.classes)] : paper;
      context.lineWidth = held ? 1.4 : 0.8;
      context.fillStyle = held ? paper : colours[hueOf(target, cloud.classes)];
      context.globalAlpha = strengthOf(target, cloud.classes, most);
      context.fill();
      context.stroke();
      context.restore();
    }
  }
}
