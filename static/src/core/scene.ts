/** The laid-out network: where units, edges and the loss are, in pixels. A pure function of net and size. */

import { INPUT, type Layer, type Net } from "./net.ts";
import type { Address } from "./numbers.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
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
}

export interface Edge {
  readonly layer: string;
  readonly source: number;
  readonly target: number;
  readonly weight: Address;
  readonly curve: Curve;
  /** Where along the curve its weight is written; null where there is no room. */
  readonly label: Point | null;
}

export interface BiasEdge {
  readonly layer: string;
  readonly target: number;
  readonly bias: Address;
  readonly curve: Curve;
}

export interface Column {
  readonly layer: Layer;
  readonly x: number;
  readonly top: number;
  readonly pitch: number;
  readonly bottom: number;
  readonly hidden: number;
}

export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly box: { width: number; height: number };
  /** Whether there is little room between the layers. */
  readonly narrow: boolean;
  readonly columns: readonly Column[];
  readonly units: readonly Unit[];
  readonly edges: readonly Edge[];
  readonly biases: readonly BiasEdge[];
  readonly loss: Point & { radius: number };
  readonly lossEdges: readonly { unit: number; curve: Curve }[];
}

export const LINE = 20;
const MOST_UNITS = 16;
const MOST_EDGES = 2000;
const MOST_LABELS = 16;
const HEADER = 68;
const FOOT = 30;
const GAP = 14;
/** Free height that a unit may have above and below it, where there is room. */
const MOST_AIR = 84;
const BOX = { width: 82, height: 42 };
const NARROW_BOX = { width: 60, height: 38 };
const NARROW = 150;
/** What stays free between the boxes of two layers, however little room there is. */
const APART = 6;
const ROOM_FOR_LABELS = 165;
const LABEL = { width: 54, height: 20 };
/** Where a label may be along its edge, the best first; further out it would cover a unit where layers are near. */
const LABEL_PLACES = [0.5, 0.4, 0.6, 0.32, 0.68, 0.28, 0.72];
/** Straight pieces that a curve is taken for where a point is near it. */
const PIECES = 24;

/** How many lines of numbers stand below a unit's box: what it hands on, its gradient, and what becomes of it. */
export function linesBelow(net: Net, layer: Layer): number {
  if (layer.name === INPUT) return 0;
  return net.outcome !== null && layer === net.layers.at(-1) ? 3 : 2;
}

function rowHeight(net: Net, layer: Layer, box: { height: number }): number {
  const lines = linesBelow(net, layer);
  return box.height + lines * LINE + (lines ? GAP : GAP / 2);
}

/** The least height at which nothing overlaps. */
export function heightFor(net: Net): number {
  const rows = net.layers.map((layer) => Math.min(layer.units, MOST_UNITS) * rowHeight(net, layer, BOX));
  return HEADER + Math.max(...rows) + FOOT;
}

export function layOut(net: Net, width: number, height: number): Scene {
  const spacing = width / (net.layers.length + 1);
  const narrow = spacing < NARROW;
  const box = narrow ? { ...NARROW_BOX, width: Math.min(NARROW_BOX.width, spacing - APART) } : BOX;
  const radius = Math.min(36, spacing * 0.32);
  const columns = net.layers.map((layer, i): Column => {
    const shown = Math.min(layer.units, MOST_UNITS);
    const room = (height - HEADER - FOOT) / shown;
    const row = rowHeight(net, layer, box);
    const pitch = Math.max(row, Math.min(room, row + MOST_AIR));
    const size = (shown - 1) * pitch + row - GAP;
    const top = Math.max(HEADER, HEADER + (height - HEADER - FOOT - size) / 2);
    return { layer, x: spacing * (i + 0.5), top, pitch, bottom: top + size, hidden: layer.units - shown };
  });
  const units = columns.flatMap(({ layer, x, top, pitch, hidden }) =>
    Array.from({ length: layer.units - hidden }, (_, unit): Unit => {
      const y = top + unit * pitch + box.height / 2;
      return { layer: layer.name, unit, x, y };
    }),
  );
  const at = new Map(units.map((unit) => [`${unit.layer}.${unit.unit}`, unit]));
  const edges = columns.flatMap(({ layer }) => edgesInto(layer, at, box));
  const last = net.layers.at(-1);
  const outputs = units.filter((unit) => unit.layer === last?.name);
  const middle = outputs.reduce((sum, unit) => sum + unit.y, 0) / Math.max(outputs.length, 1);
  const loss = { x: spacing * (net.layers.length + 0.5), y: middle, radius };
  return {
    width,
    height,
    box,
    narrow,
    columns,
    units,
    edges:
      spacing >= ROOM_FOR_LABELS && edges.length <= MOST_LABELS
        ? labelled(edges)
        : edges.slice(0, MOST_EDGES),
    biases: columns.flatMap(({ layer }) => biasesOf(layer, at, box)),
    loss,
    lossEdges: outputs.map(({ unit, x, y }) => ({
      unit,
      curve: { from: { x: x + box.width / 2, y }, to: { x: loss.x - radius, y: loss.y } },
    })),
  };
}

function edgesInto(layer: Layer, at: Map<string, Unit>, box: { width: number }): Edge[] {
  const edges: Edge[] = [];
  if (layer.weights === null) return edges;
  for (let target = 0; at.has(`${layer.name}.${target}`); target++)
    for (let source = 0; at.has(`${layer.source}.${source}`); source++) {
      const a = at.get(`${layer.source}.${source}`);
      const b = at.get(`${layer.name}.${target}`);
      if (!a || !b) continue;
      const curve = { from: { x: a.x + box.width / 2, y: a.y }, to: { x: b.x - box.width / 2, y: b.y } };
      const weight = { tensor: layer.weights, index: [target, source] };
      edges.push({ layer: layer.name, source, target, weight, curve, label: null });
    }
  return edges;
}

function biasesOf(layer: Layer, at: Map<string, Unit>, box: { width: number; height: number }): BiasEdge[] {
  const { bias } = layer;
  if (bias === null) return [];
  return [...at.values()]
    .filter((unit) => unit.layer === layer.name)
    .map(({ unit, x, y }) => ({
      layer: layer.name,
      target: unit,
      bias: { tensor: bias, index: [unit] },
      curve: {
        from: { x: x - box.width / 2 - 24, y: y - box.height / 2 - 3 },
        to: { x: x - box.width / 2, y: y - box.height / 2 + 9 },
      },
    }));
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
