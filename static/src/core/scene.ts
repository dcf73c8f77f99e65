/**
 * The laid-out network: where units, edges and the loss are, in pixels. A pure function of net, size and where the
 * learner looks. How much of the net is drawn is decided in `form.ts`.
 */

import { along, type Curve, distanceToCurve, type Point } from "./bezier.ts";
import {
  asMatrices,
  type Focus,
  type Fold,
  type Form,
  formOf,
  fullHeight,
  fullRow,
  GAP,
  gridOf,
  LINE,
  NOWHERE,
  SLIM_ROW,
  seenOver,
} from "./form.ts";
import { type Layer, layerOf, type Net } from "./net.ts";
import type { Address } from "./numbers.ts";
import { boxIn, briefHeight, briefWidth, CELL, SHARE_APART, SLIM, type Widths, widthsOf } from "./widths.ts";

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Unit {
  readonly layer: string;
  readonly unit: number;
  /** The centre of its box. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Where edges arrive and leave: at its box, or at the border of the grid that it stands in. */
  readonly arrival: Point;
  readonly departure: Point;
}

export interface Edge {
  readonly layer: string;
  readonly source: number;
  readonly target: number;
  readonly weight: Address;
  readonly curve: Curve;
  /** How strongly it may be drawn: 1, and less where there are many. */
  readonly scale: number;
  /** Where along the curve its weight is written; null where there is no room. */
  readonly label: Point | null;
}

export interface BiasEdge {
  readonly layer: string;
  readonly target: number;
  readonly bias: Address;
  readonly curve: Curve;
  readonly scale: number;
  /** Of the circle that the constant is drawn as; 0 where repeated layers stand too close for one. */
  readonly radius: number;
}

/** The weights into a layer as a matrix between it and the layer before: a row a target, a column a source. */
export interface Matrix {
  readonly layer: string;
  readonly weights: string;
  readonly area: Area;
  /** Below this y there is nothing beside it. */
  readonly foot: number;
}

export interface Column extends Area {
  readonly layer: Layer;
  readonly form: Form;
  readonly x: number;
  readonly pitch: number;
  /** The height of a unit's box. */
  readonly box: number;
  /** How many units stand side by side. */
  readonly across: number;
  readonly hidden: number;
  /** Whether it is one of several layers that share a heading. */
  readonly grouped: boolean;
}

/** Repeated layers, closed up but for one gap, or apart. */
export interface Group extends Area {
  readonly fold: Fold;
  readonly closed: boolean;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Whether there is little room between the layers. */
  readonly narrow: boolean;
  readonly columns: readonly Column[];
  readonly groups: readonly Group[];
  readonly units: readonly Unit[];
  readonly edges: readonly Edge[];
  readonly biases: readonly BiasEdge[];
  readonly matrices: readonly Matrix[];
  readonly loss: Point & { radius: number };
  readonly lossEdges: readonly { unit: number; curve: Curve }[];
}

const MOST_LABELS = 16;
/** What stands above the highest unit: a heading of so many lines. */
const headerOf = (lines: number) => 10 + 18 * lines;
const MOST_LINES = 3;
/** The legend, below the lowest. */
const FOOT = 24;
/** Free height that a unit may have above and below it, where there is room. */
const MOST_AIR = 84;
/** More rows of units in brief than this need no more height: they are smaller. */
const MOST_BRIEF_ROWS = 16;
/** So high it is at least, for what stands below the loss; and where the window has no room for that. */
const LEAST_ROWS = 280;
const FEWEST_ROWS = 170;
const ROOM_FOR_LABELS = 66;
const ROOM_FOR_CONSTANT = 32;
const LABEL = { width: 54, height: 20 };
/** The circle of a constant that a bias comes from, and what is left of it where units are close together. */
const CONSTANT = 8;
const DOT = 4;
/** As much of a constant as is to be seen beside a label, of which the longest are wider than others. */
const ONE = { width: 2 * CONSTANT + 14, height: 2 * CONSTANT + 2 };
/** Where a label may be along its edge, the middle first. */
const LABEL_PLACES = Array.from({ length: 23 }, (_, i) => 0.5 + (i % 2 ? 0.02 : -0.02) * Math.ceil(i / 2));
/** How many places of other labels are worth one that is further from the middle. */
const AWAY = 0.5;
/** So far from an edge it is still meant, in pixels. */
const REACH = 9;
/** With more edges than this into a layer each is drawn finer, down to the finest. */
const MOST_BOLD = 36;
const FINEST = 0.12;

/** The least height at which nothing overlaps, where the window has `room` for the network. */
export function heightFor(net: Net, width: number, room: number, lines = MOST_LINES): number {
  const around = headerOf(lines) + FOOT;
  const { tight, blocks } = widthsOf(net, width, room - around, NOWHERE);
  const rows = blocks.flatMap(({ layers, fold }) =>
    layers.map((layer) => {
      const form = fold ? "cells" : formOf(net, layer, room - around, tight);
      if (form === "full") return fullHeight(net, layer);
      return Math.min(MOST_BRIEF_ROWS, form === "slim" ? layer.units : gridOf(layer).rows) * SLIM_ROW;
    }),
  );
  const least = Math.max(FEWEST_ROWS, Math.min(LEAST_ROWS, room - around));
  return around + Math.max(...rows, least);
}

/** `lines` is how many of them a layer's heading has. */
export function layOut(
  net: Net,
  width: number,
  height: number,
  focus: Focus = NOWHERE,
  lines = MOST_LINES,
): Scene {
  const rows = { top: headerOf(lines), room: height - headerOf(lines) - FOOT };
  const widths = widthsOf(net, width, rows.room, focus);
  const columns = columnsOf(net, widths, width, rows);
  const units = columns.flatMap(unitsOf);
  const at = new Map(units.map((unit) => [`${unit.layer}.${unit.unit}`, unit]));
  const outputs = units.filter((unit) => unit.layer === net.layers.at(-1)?.name);
  const middle = outputs.reduce((sum, unit) => sum + unit.y, 0) / Math.max(outputs.length, 1);
  const radius = Math.min(36, (widths.box.width + widths.gap) * 0.32);
  const loss = { x: width - widths.gap / 2 - widths.box.width / 2, y: middle, radius };
  const groups = widths.blocks.flatMap(({ fold, layers }): Group[] => {
    if (!fold) return [];
    const own = columns.filter(({ layer }) => layers.includes(layer));
    const of = (side: keyof Area, most: (...all: number[]) => number) => most(...own.map((one) => one[side]));
    const area = { left: of("left", Math.min), right: of("right", Math.max) };
    return [
      { fold, closed: widths.closed, ...area, top: of("top", Math.min), bottom: of("bottom", Math.max) },
    ];
  });
  const seen = net.layers.filter((layer) =>
    groups.every(
      ({ fold, closed }) => !closed || fold.layers.indexOf(layer) <= 0 || fold.open.name === layer.name,
    ),
  );
  const matrices = asMatrices(net, seen, focus);
  const edges = seen.flatMap((layer) => edgesInto(net, layer, at, matrices.has(layer) ? focus : null));
  const biases = columns.flatMap((column) => biasesOf(column, at, widths.gap >= ROOM_FOR_CONSTANT));
  return {
    width,
    height,
    narrow: widths.tight,
    columns,
    groups,
    units,
    edges: widths.gap >= ROOM_FOR_LABELS && edges.length <= MOST_LABELS ? labelled(edges, biases) : edges,
    biases,
    matrices: [...matrices].flatMap((layer) => matrixInto(layer, columns)),
    loss,
    lossEdges: outputs.map(({ unit, departure }) => ({
      unit,
      curve: { from: departure, to: { x: loss.x - radius, y: loss.y } },
    })),
  };
}

function columnsOf(
  net: Net,
  widths: Widths,
  width: number,
  { top: header, room: all }: { top: number; room: number },
): Column[] {
  const { gap, grouped, tight, closed } = widths;
  const box = boxIn(net, widths, all);
  const columns: Column[] = [];
  let left = gap / 2;
  for (const { layers, fold } of widths.blocks)
    for (const [i, layer] of layers.entries()) {
      if (fold && i > 0)
        left += !closed ? gap * SHARE_APART : layer === fold.open ? grouped.open : grouped.between;
      else if (columns.length) left += gap;
      // Below repeated layers stands the name of the one that is open.
      const room = all - (fold ? LINE : 0);
      const form = fold ? "cells" : formOf(net, layer, room, tight);
      const full = form === "full";
      const {
        columns: across,
        rows,
        shown,
      } = full ? { columns: 1, rows: layer.units, shown: layer.units } : gridOf(layer);
      const own = fold ? grouped.width : full ? box.width : briefWidth(net, layer, width, room, widths);
      const row = full ? fullRow(net, layer, box) : form === "slim" ? SLIM.row : CELL.row;
      const pitch = full
        ? Math.max(row, Math.min(room / rows, row + MOST_AIR))
        : Math.min(room / rows, across > 1 ? own / across : row);
      const size = full ? (rows - 1) * pitch + row - GAP : rows * pitch;
      const top = Math.max(header, header + (room - size) / 2);
      const place = { left, right: left + own, top, bottom: top + size, x: left + own / 2 };
      columns.push({
        layer,
        form,
        ...place,
        pitch,
        box: full ? box.height : briefHeight(net, form, pitch, own),
        across,
        hidden: layer.units - shown,
        grouped: fold !== null,
      });
      left += own;
    }
  return columns;
}

function unitsOf(column: Column): Unit[] {
  const { layer, form, left, right, top, pitch, box: height, across, hidden } = column;
  const width = (right - left) / across;
  return Array.from({ length: layer.units - hidden }, (_, unit): Unit => {
    const [row, place] = [Math.floor(unit / across), unit % across];
    const x = left + (place + 0.5) * width;
    const y = form === "full" ? top + row * pitch + height / 2 : top + (row + 0.5) * pitch;
    // The units of a row of a grid share its height among them, so that no edge is hidden behind another.
    const port = y + ((place + 0.5) / across - 0.5) * (across > 1 ? pitch : 0);
    const ports = { arrival: { x: left, y: port }, departure: { x: right, y: port } };
    return { layer: layer.name, unit, x, y, width: across > 1 ? height : width, height, ...ports };
  });
}

function edgesInto(net: Net, layer: Layer, at: ReadonlyMap<string, Unit>, matrix: Focus | null): Edge[] {
  const { weights } = layer;
  const source = layerOf(net, layer.source ?? "");
  if (weights === null || !source) return [];
  const pairs = matrix ? seenOver(net, layer, matrix) : everyPair(gridOf(layer).shown, gridOf(source).shown);
  const scale = Math.max(FINEST, Math.min(1, MOST_BOLD / pairs.length));
  return pairs.flatMap(([target, from]): Edge[] => {
    const a = at.get(`${source.name}.${from}`);
    const b = at.get(`${layer.name}.${target}`);
    if (!a || !b) return [];
    const curve = { from: a.departure, to: b.arrival };
    const weight = { tensor: weights, index: [target, from] };
    return [{ layer: layer.name, source: from, target, weight, curve, scale, label: null }];
  });
}

function everyPair(targets: number, sources: number): [target: number, source: number][] {
  return Array.from({ length: targets * sources }, (_, i) => [Math.floor(i / sources), i % sources]);
}

/** A bias comes from a constant beside its unit; where units are close together it is a short line. */
function biasesOf(
  { layer, form, across, grouped }: Column,
  at: ReadonlyMap<string, Unit>,
  roomy: boolean,
): BiasEdge[] {
  const { bias } = layer;
  if (bias === null || across > 1) return [];
  const constant = roomy && form === "full";
  const long = constant ? { x: 24, y: 3, in: 9 } : { x: 9, y: -2, in: 5 };
  return [...at.values()]
    .filter((unit) => unit.layer === layer.name)
    .map(({ unit, x, y, width, height }) => ({
      layer: layer.name,
      target: unit,
      bias: { tensor: bias, index: [unit] },
      scale: constant ? 1 : 0.4,
      radius: constant ? CONSTANT : grouped ? 0 : DOT,
      curve: {
        from: { x: x - width / 2 - long.x, y: y - height / 2 - long.y },
        to: { x: x - width / 2, y: y - height / 2 + long.in },
      },
    }));
}

function matrixInto(layer: Layer, columns: readonly Column[]): Matrix[] {
  const before = columns.find((column) => column.layer.name === layer.source);
  const own = columns.find((column) => column.layer === layer);
  if (!before || !own || layer.weights === null) return [];
  const inset = Math.min(14, (own.left - before.right) / 5);
  const area = { left: before.right + inset, right: own.left - inset, top: own.top, bottom: own.bottom };
  const foot = Math.max(own.bottom, before.bottom);
  return [{ layer: layer.name, weights: layer.weights, area, foot }];
}

/** Give each edge a place for its weight, where it covers a constant only if it must. */
function labelled(edges: readonly Edge[], biases: readonly BiasEdge[]): Edge[] {
  const constants = biases.filter(({ scale }) => scale === 1).map(({ curve }) => curve.from);
  const clear = (place: Point) => !constants.some((one) => covers(place, one, ONE));
  const labels = placed(edges, () => true, placed(edges, clear, new Map()));
  return edges.map((edge) => ({ ...edge, label: labels.get(edge) ?? null }));
}

/**
 * The `labels`, and one for each edge that has none yet, at an allowed place where it covers neither a unit nor a weight
 * before it. Next is the edge that has the least choice, and its label stands near the middle where that takes few places from others.
 */
function placed(
  edges: readonly Edge[],
  allowed: (place: Point) => boolean,
  labels: ReadonlyMap<Edge, Point>,
): Map<Edge, Point> {
  const found = new Map(labels);
  const isFree = (place: Point) => ![...found.values()].some((label) => covers(label, place, LABEL));
  const without = edges.filter((edge) => !found.has(edge));
  const open = new Map(
    without.map((edge) => [edge, placesOn(edge).filter((place) => allowed(place) && isFree(place))]),
  );
  while (open.size) {
    const [edge, places] = least([...open], ([, choice]) => choice.length);
    open.delete(edge);
    if (!places.length) continue;
    const rest = [...open.values()].flat();
    const taken = (label: Point) => rest.filter((place) => covers(label, place, LABEL)).length;
    const label = least(places, (place) => taken(place) + AWAY * places.indexOf(place));
    found.set(edge, label);
    for (const [other, choice] of open) open.set(other, choice.filter(isFree));
  }
  return found;
}

/** Where an edge's weight may be written, the middle first. */
function placesOn({ curve }: Edge): Point[] {
  const between = ({ x }: Point) => x - LABEL.width / 2 >= curve.from.x && x + LABEL.width / 2 <= curve.to.x;
  return LABEL_PLACES.map((fraction) => along(curve, fraction)).filter(between);
}

/** Whether a label hides some of another thing of that size. */
function covers(label: Point, { x, y }: Point, { width, height }: typeof LABEL): boolean {
  const across = (LABEL.width + width) / 2;
  return Math.abs(label.x - x) <= across && Math.abs(label.y - y) <= (LABEL.height + height) / 2;
}

/** The first of those of which there is least. */
function least<One>(all: readonly One[], of: (one: One) => number): One {
  const sizes = all.map(of);
  return all[sizes.indexOf(Math.min(...sizes))] as One;
}

/** The edge or bias nearest to a point, if one is within reach. */
export function nearestEdge({ edges, biases }: Scene, point: Point): Address | null {
  let best: Address | null = null;
  let distance = REACH;
  const consider = (curve: Curve, address: Address) => {
    const now = distanceToCurve(point, curve, distance);
    if (now < distance) [best, distance] = [address, now];
  };
  for (const { curve, weight } of edges) consider(curve, weight);
  for (const { curve, bias } of biases) consider(curve, bias);
  return best;
}
