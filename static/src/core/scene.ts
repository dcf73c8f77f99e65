/**
 * The laid-out network: where units, edges and the loss are, in pixels. A pure function of net, size and where the
 * learner looks. How much of the net is drawn is decided in `form.ts`.
 */

import {
  asMatrices,
  BOX,
  type Focus,
  type Fold,
  folded,
  type Form,
  formOf,
  fullRow,
  GAP,
  gridOf,
  LINE,
  MOST_EDGES,
  NOWHERE,
  repeated,
  SLIM_ROW,
  strongest,
  weightsInto,
} from "./form.ts";
import { isPlane } from "./maps.ts";
import { type Layer, layerOf, type Net } from "./net.ts";
import type { Address } from "./numbers.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A curve from one side of a unit to the other side of the next, level at both ends. */
export interface Curve {
  readonly from: Point;
  readonly to: Point;
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
const HEADER = 68;
const FOOT = 30;
/** Free height that a unit may have above and below it, where there is room. */
const MOST_AIR = 84;
/** More rows of units in brief than this need no more height: they are smaller. */
const MOST_BRIEF_ROWS = 16;
/** So high it is at least, for what stands below the loss; and where the window has no room for that. */
const LEAST_ROWS = 280;
const FEWEST_ROWS = 170;
const NARROW_BOX = { width: 66, height: 38 };
const SLIM = { width: 112, narrow: 84, height: 26, row: 54 };
/** With a picture beside the number, which needs its own part of the width. */
const PICTURED = { width: 128, narrow: 104, height: 44, number: 70 };
const CELL = { width: 40, grid: 22, grouped: 22, row: 34 };
/** How high a unit's picture is at most, as a share of its width. */
const PICTURE = 0.8;
/** A grid of cells takes no more of the width. */
const MOST_OF_WIDTH = 0.2;
/** Below this width between layers everything is drawn narrower, and repeated layers are folded. */
const ROOM = 60;
/** The same where repeated layers are folded or shown apart, and how wide the gaps between those are beside others. */
const ROOM_WITH_GROUPS = 36;
const SHARE_APART = 0.55;
/** What stays free between two layers, however little room there is. */
const APART = 6;
const ROOM_FOR_LABELS = 83;
const ROOM_FOR_CONSTANT = 32;
const LABEL = { width: 54, height: 20 };
/** Where a label may be along its edge, the best first; further out it would cover a unit where layers are near. */
const LABEL_PLACES = [0.5, 0.4, 0.6, 0.32, 0.68, 0.28, 0.72];
/** Straight pieces that a curve is taken for where a point is near it. */
const PIECES = 24;
/** With more edges than this into a layer each is drawn finer, down to the finest. */
const MOST_BOLD = 36;
const FINEST = 0.12;

/** What stands side by side: a layer, or several that share a heading. */
type Block = { layers: readonly Layer[]; fold: Fold | null };

/** How wide everything is, before it has a place. */
interface Widths {
  tight: boolean;
  /** The width of a unit with its last number. */
  slim: number;
  blocks: readonly Block[];
  /** Whether the layers of a group stand together. */
  closed: boolean;
  box: { width: number; height: number };
  /** The width of a grouped layer, what is between two of them, and the gap that is open. */
  grouped: { width: number; between: number; open: number };
  gap: number;
}

/** The least height at which nothing overlaps, where the window has `room` for the network. */
export function heightFor(net: Net, width: number, room: number): number {
  const { tight, blocks } = widthsOf(net, width, room - HEADER - FOOT, NOWHERE);
  const rows = blocks.flatMap(({ layers, fold }) =>
    layers.map((layer) => {
      const form = fold ? "cells" : formOf(net, layer, room - HEADER - FOOT, tight);
      if (form === "full") return layer.units * fullRow(net, layer);
      return Math.min(MOST_BRIEF_ROWS, form === "slim" ? layer.units : gridOf(layer).rows) * SLIM_ROW;
    }),
  );
  const least = Math.max(FEWEST_ROWS, Math.min(LEAST_ROWS, room - HEADER - FOOT));
  return HEADER + Math.max(...rows, least) + FOOT;
}

export function layOut(net: Net, width: number, height: number, focus: Focus = NOWHERE): Scene {
  const widths = widthsOf(net, width, height - HEADER - FOOT, focus);
  const columns = columnsOf(net, widths, width, height);
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
  return {
    width,
    height,
    narrow: widths.tight,
    columns,
    groups,
    units,
    edges: widths.gap >= ROOM_FOR_LABELS && edges.length <= MOST_LABELS ? labelled(edges) : edges,
    biases: columns.flatMap((column) => biasesOf(column, at, widths.gap >= ROOM_FOR_CONSTANT)),
    matrices: [...matrices].flatMap((layer) => matrixInto(layer, columns)),
    loss,
    lossEdges: outputs.map(({ unit, departure }) => ({
      unit,
      curve: { from: departure, to: { x: loss.x - radius, y: loss.y } },
    })),
  };
}

/** Roomy if that leaves room between the layers, else with repeated layers folded, else narrow as well. */
function widthsOf(net: Net, width: number, height: number, focus: Focus): Widths {
  const runs = repeated(net);
  const plain = {
    width,
    height,
    closed: false,
    tight: false,
    slim: isPlane(net) ? PICTURED.width : SLIM.width,
  };
  const whole = fitted(net, blocksOf(net, [], focus), plain);
  const lines = net.layers.reduce((sum, layer) => sum + weightsInto(net, layer), 0);
  if (whole.gap >= ROOM && (lines <= MOST_EDGES || !runs.length)) return whole;
  const blocks = blocksOf(net, runs, focus);
  const closed = !focus.unfolded;
  const folded = fitted(net, blocks, { ...plain, closed });
  if (folded.gap >= (runs.length ? ROOM_WITH_GROUPS : ROOM)) return folded;
  const slim = fitted(net, blocks, { ...plain, closed, slim: isPlane(net) ? PICTURED.narrow : SLIM.narrow });
  if (slim.gap > folded.gap && slim.gap >= ROOM_WITH_GROUPS) return slim;
  return fitted(net, blocks, { ...plain, closed, tight: true });
}

function blocksOf(net: Net, runs: readonly (readonly Layer[])[], focus: Focus): Block[] {
  const blocks: Block[] = [];
  for (const layer of net.layers) {
    const run = runs.find((one) => one.includes(layer));
    if (!run) blocks.push({ layers: [layer], fold: null });
    else if (layer === run[0]) blocks.push({ layers: run, fold: folded(net, run, focus) });
  }
  return blocks;
}

/** How wide the blocks and the gaps between them are; the loss takes as much room as a box. */
function fitted(
  net: Net,
  blocks: readonly Block[],
  given: { width: number; height: number; closed: boolean; tight: boolean; slim: number },
): Widths {
  const { width, height, closed, tight, slim } = given;
  const groups = blocks.filter(({ fold }) => fold);
  const all = groups.reduce((sum, { layers }) => sum + layers.length, 0);
  const between = Math.min(3, (0.1 * width) / all);
  const grouped = {
    width: Math.max(2, Math.min(CELL.grouped, (0.26 * width) / all - between)),
    between,
    open: Math.min(120, Math.max(40, 0.14 * width), (0.3 * width) / groups.length),
  };
  let fixed = 0;
  let boxes = 1;
  let gaps = blocks.length + 1;
  for (const { layers, fold } of blocks) {
    const [layer] = layers;
    if (fold) {
      fixed += layers.length * grouped.width;
      if (closed) fixed += (layers.length - 2) * grouped.between + grouped.open;
      else gaps += (layers.length - 1) * SHARE_APART;
    } else if (layer && formOf(net, layer, height, tight) === "full") boxes++;
    else if (layer) fixed += briefWidth(net, layer, width, height, given);
  }
  const narrow = {
    ...NARROW_BOX,
    width: Math.min(NARROW_BOX.width, (width - fixed - gaps * APART) / boxes),
  };
  const box = tight ? narrow : BOX;
  const gap = Math.max(0, (width - fixed - boxes * box.width) / gaps);
  return { tight, slim, blocks, closed, box, grouped, gap };
}

/** The width of a layer whose units do not have all their numbers with them. */
function briefWidth(
  net: Net,
  layer: Layer,
  width: number,
  height: number,
  { tight, slim }: { tight: boolean; slim: number },
): number {
  if (formOf(net, layer, height, tight) === "slim") return slim;
  const { columns, rows } = gridOf(layer);
  const most = width * Math.min(MOST_OF_WIDTH, 0.6 / net.layers.length);
  if (columns === 1) return Math.min(CELL.width, most);
  return columns * Math.min(CELL.grid, most / columns, height / rows);
}

/** The box of a unit with all its numbers. Where it has a picture it is as high as there is room for, in all layers. */
function boxIn(net: Net, { box, blocks, tight }: Widths, room: number): { width: number; height: number } {
  const full = blocks.flatMap(({ layers, fold }) =>
    fold ? [] : layers.filter((layer) => formOf(net, layer, room, tight) === "full"),
  );
  if (!isPlane(net)) return box;
  const heights = full.map((layer) => room / layer.units - (fullRow(net, layer, box) - box.height));
  return { ...box, height: Math.max(box.height, Math.min(PICTURE * box.width, ...heights)) };
}

function columnsOf(net: Net, widths: Widths, width: number, height: number): Column[] {
  const { gap, grouped, tight, closed } = widths;
  const box = boxIn(net, widths, height - HEADER - FOOT);
  const columns: Column[] = [];
  let left = gap / 2;
  for (const { layers, fold } of widths.blocks)
    for (const [i, layer] of layers.entries()) {
      if (fold && i > 0)
        left += !closed ? gap * SHARE_APART : layer === fold.open ? grouped.open : grouped.between;
      else if (columns.length) left += gap;
      // Below repeated layers stands the name of the one that is open.
      const room = height - HEADER - FOOT - (fold ? LINE : 0);
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
      const top = Math.max(HEADER, HEADER + (room - size) / 2);
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

/** The height of a unit's box where it has not all its numbers with it. A picture beside a number is a square. */
function briefHeight(net: Net, form: Form, pitch: number, width: number): number {
  if (form === "cells") return pitch - Math.min(3, pitch / 5);
  const most = isPlane(net) ? Math.min(PICTURED.height, width - PICTURED.number) : SLIM.height;
  return Math.min(most, pitch - 2);
}

function edgesInto(net: Net, layer: Layer, at: ReadonlyMap<string, Unit>, matrix: Focus | null): Edge[] {
  const { weights } = layer;
  const source = layerOf(net, layer.source ?? "");
  if (weights === null || !source) return [];
  const pairs = matrix ? strongest(net, layer, matrix) : everyPair(gridOf(layer).shown, gridOf(source).shown);
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
  { layer, form, across }: Column,
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

/** Give each edge a place for its weight where it covers no other's. */
function labelled(edges: readonly Edge[]): Edge[] {
  const taken: Point[] = [];
  const free = (point: Point) =>
    taken.every(
      (other) => Math.abs(other.x - point.x) > LABEL.width || Math.abs(other.y - point.y) > LABEL.height,
    );
  return edges.map((edge) => {
    const label = LABEL_PLACES.map((place) => along(edge.curve, place)).find(free) ?? null;
    if (label) taken.push(label);
    return { ...edge, label };
  });
}

/** The point at `fraction` of a curve: a cubic Bézier whose handles are level, half the width long. */
export function along({ from, to }: Curve, fraction: number): Point {
  const back = 1 - fraction;
  const middle = (from.x + to.x) / 2;
  const [a, b, c, d] = [back ** 3, 3 * back ** 2 * fraction, 3 * back * fraction ** 2, fraction ** 3];
  return {
    x: a * from.x + b * middle + c * middle + d * to.x,
    y: (a + b) * from.y + (c + d) * to.y,
  };
}

/** The direction of a curve at `fraction`, in radians. */
export function direction(curve: Curve, fraction: number): number {
  const before = along(curve, Math.max(0, fraction - 0.02));
  const after = along(curve, Math.min(1, fraction + 0.02));
  return Math.atan2(after.y - before.y, after.x - before.x);
}

/** The edge or bias nearest to a point, if one is within reach. */
export function nearestEdge(scene: Scene, point: Point, reach = 9): Address | null {
  let best: Address | null = null;
  let distance = reach;
  const consider = (curve: Curve, address: Address) => {
    if (!isNear(point, curve, distance)) return;
    for (let i = 0; i < PIECES; i++) {
      const now = distanceTo(point, along(curve, i / PIECES), along(curve, (i + 1) / PIECES));
      if (now < distance) [best, distance] = [address, now];
    }
  };
  for (const edge of scene.edges) consider(edge.curve, edge.weight);
  for (const edge of scene.biases) consider(edge.curve, edge.bias);
  return best;
}

/** Whether a point is near the rectangle that a curve, level at its ends, never leaves. */
function isNear({ x, y }: Point, { from, to }: Curve, reach: number): boolean {
  const [top, bottom] = from.y < to.y ? [from.y, to.y] : [to.y, from.y];
  return x > from.x - reach && x < to.x + reach && y > top - reach && y < bottom + reach;
}

/** How far a point is from the straight line between two others. */
function distanceTo(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const foot = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
  const share = Math.max(0, Math.min(1, foot || 0));
  return Math.hypot(from.x + share * dx - point.x, from.y + share * dy - point.y);
}
