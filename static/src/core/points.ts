/**
 * Points that are drawn by hand, two inputs each and a class or a number to be learned: what is placed, moved and taken
 * away, and the data that a spec has of them.
 */

import { type Bounds, type Cloud, nearestOf, placeIn, type Span } from "./scatter.ts";

export interface Point {
  readonly at: readonly [number, number];
  readonly target: number;
}

export interface Drawing {
  readonly points: readonly Point[];
  /** Whether targets are classes or numbers. */
  readonly kind: "classes" | "numbers";
  /** The target of the next point. */
  readonly target: number;
  readonly tool: "add" | "remove";
  /** Where the keyboard places. */
  readonly cross: readonly [number, number];
  readonly bounds: Bounds;
}

const PLANE: Span = [-6, 6];
export const EMPTY: Drawing = {
  points: [],
  kind: "classes",
  target: 0,
  tool: "add",
  cross: [0, 0],
  bounds: [PLANE, PLANE],
};
export const MOST_CLASSES = 7;
/** Of how many keystrokes of the keyboard the surface is wide. */
const STROKES = 40;
const DIGITS = 4;

export function place(drawing: Drawing, at: readonly [number, number]): Drawing {
  const point = { at: within(drawing.bounds, at), target: drawing.target };
  return { ...drawing, points: [...drawing.points, point] };
}

export function movePoint(drawing: Drawing, index: number, at: readonly [number, number]): Drawing {
  const { points, bounds } = drawing;
  const moved = points.map((point, i) => (i === index ? { ...point, at: within(bounds, at) } : point));
  return { ...drawing, points: moved };
}

export function removePoint(drawing: Drawing, index: number): Drawing {
  return { ...drawing, points: drawing.points.toSpliced(index, 1) };
}

/** Move the crosshair by so many strokes. */
export function moveCross(drawing: Drawing, across: number, up: number): Drawing {
  const { cross, bounds } = drawing;
  const by = (span: Span, strokes: number) => (strokes * (span[1] - span[0])) / STROKES;
  return {
    ...drawing,
    cross: within(bounds, [cross[0] + by(bounds[0], across), cross[1] + by(bounds[1], up)]),
  };
}

/** The point at a place of a surface of this size, if there is one. */
export function hit(
  { points, bounds }: Drawing,
  at: readonly [number, number],
  surface: { width: number; height: number; reach: number },
): number | null {
  return nearestOf(
    points.map((point) => placeIn(bounds, point.at)),
    placeIn(bounds, at),
    surface,
  );
}

/** Draw on from rows that are there. */
export function startFrom({ dots, classes, bounds }: Cloud): Drawing {
  const points = dots.map(({ at, target }) => ({ at, target }));
  const cross = within(bounds, [(bounds[0][0] + bounds[0][1]) / 2, (bounds[1][0] + bounds[1][1]) / 2]);
  return { ...EMPTY, points, kind: classes === null ? "numbers" : "classes", bounds, cross };
}

/** How many classes there are, or null where targets are numbers. */
export function classesOf({ points, kind }: Drawing): number | null {
  return kind === "numbers" ? null : points.reduce((most, { target }) => Math.max(most, target + 1), 2);
}

/** The points as data of a spec. */
export function dataOf({ points }: Drawing): Record<string, unknown> {
  const [x, y] = [points.map(({ at }) => [...at]), points.map(({ target }) => target)];
  return { inline: { x, y }, test_fraction: 0 };
}

/** Inside the surface, and with few digits: where a hand puts a point is not more exact. */
function within([across, up]: Bounds, [x, y]: readonly [number, number]): [number, number] {
  const inside = (value: number, [low, high]: Span) =>
    Number(Math.max(low, Math.min(high, value)).toPrecision(DIGITS));
  return [inside(x, across), inside(y, up)];
}
