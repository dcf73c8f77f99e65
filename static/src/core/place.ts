/** Where the tag of an edge stands: near it, and over as little else as can be. */

import { along, type Curve, type Point } from "./bezier.ts";
import { LINE, linesBelow } from "./form.ts";
import { layerOf, type Net } from "./net.ts";
import type { Area, Scene } from "./scene.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Along its edge, the middle first; from there so far above it or below, and to one side. */
const FRACTIONS = [0.5, 0.4, 0.6, 0.3, 0.7];
const APART = 16;
const FURTHER = [0, 20, 40, 60, 80, 100, 120, 140];
const ASIDE = [0, 12, -12, 25, -25, 50, -50, 75, -75, 100, -100];
/** How many square pixels of something else are as bad as a pixel further away. */
const FAR = 12;
/** The numbers below a unit are wider than its box, by so much on each side. */
const BESIDE = 14;
/** A unit's box is worse to cover than what stands around it. */
const BOX_WEIGHT = 4;
/** And the name of a layer, which nothing else says, is worse still. */
const HEADING_WEIGHT = 60;
const HEADING_GAP = 4;
/** The constant that a bias comes from: as small as it is, to cover some of it is to cover it. */
const ONE = { width: 20, height: 20 };
const ONE_WEIGHT = 8;
const LABEL = { width: 54, height: 20 };

type Obstacle = Area & { readonly weight?: number };

/** The area of the tag of an edge whose own number is written at `label`, or nowhere. */
export function placeOfTag(
  net: Net,
  scene: Scene,
  headings: readonly Area[],
  { curve, label }: { curve: Curve; label: Point | null },
  size: Size,
): Area {
  const anchors = label ? [label] : FRACTIONS.map((fraction) => along(curve, fraction));
  const places = anchors.flatMap(({ x, y }) =>
    ASIDE.flatMap((aside) =>
      FURTHER.flatMap((further) => {
        const away = further + Math.abs(aside);
        const above = y - APART - further - size.height;
        return [
          { area: areaOf(x + aside, above, size), away },
          { area: areaOf(x + aside, y + APART + further, size), away },
        ];
      }),
    ),
  );
  const taken = obstacles(net, scene, headings, label);
  const priced = places.map(({ area, away }) => {
    const covered = taken.reduce((sum, other) => sum + (other.weight ?? 1) * overlap(area, other), 0);
    return { area, cost: covered + outside(area, scene) + FAR * away };
  });
  return priced.reduce((best, place) => (place.cost < best.cost ? place : best)).area;
}

/** What a tag is not to cover: units with their numbers, headings, the loss, what is written on edges. */
function obstacles(net: Net, scene: Scene, headings: readonly Area[], own: Point | null): Obstacle[] {
  const { units, edges, biases, loss } = scene;
  const boxes = units.flatMap(({ layer, x, y, width, height }): Obstacle[] => {
    const of = layerOf(net, layer);
    const below = { width: width + 2 * BESIDE, height: (of ? linesBelow(net, of) : 0) * LINE };
    const box = { ...areaOf(x, y - height / 2, { width, height }), weight: BOX_WEIGHT };
    return [box, areaOf(x, y + height / 2, below)];
  });
  // Where there is room a tag does not touch a name either.
  const names = headings.flatMap((area) => [{ ...area, weight: HEADING_WEIGHT }, around(area, HEADING_GAP)]);
  const labels = edges.flatMap(({ label }) =>
    label && label !== own ? [areaOf(label.x, label.y - LABEL.height / 2, LABEL)] : [],
  );
  const lost = areaOf(loss.x, loss.y - loss.radius, {
    width: 2 * loss.radius,
    height: 2 * loss.radius + 3 * LINE,
  });
  const constants = biases.map(({ curve: { from } }) => ({
    ...areaOf(from.x, from.y - ONE.height / 2, ONE),
    weight: ONE_WEIGHT,
  }));
  return [...boxes, ...names, ...labels, ...constants, lost];
}

function areaOf(x: number, top: number, { width, height }: Size): Area {
  return { left: x - width / 2, right: x + width / 2, top, bottom: top + height };
}

function around({ left, top, right, bottom }: Area, gap: number): Area {
  return { left: left - gap, top: top - gap, right: right + gap, bottom: bottom + gap };
}

export function overlap(a: Area, b: Area): number {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return Math.max(0, across) * Math.max(0, down);
}

/** How much of an area is out of sight, which is worse than over something. */
function outside(area: Area, { width, height }: Scene): number {
  const whole = (area.right - area.left) * (area.bottom - area.top);
  return 20 * (whole - overlap(area, { left: 0, right: width, top: 0, bottom: height }));
}
