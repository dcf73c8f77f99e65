/**
 * How much of a net is drawn: in which form each layer's units stand, which layers are folded together, which weights
 * are lines and which a matrix. It depends on the net, the room, and where the learner looks, and on nothing else.
 */

import { INPUT, type Layer, type Net } from "./net.ts";
import { type Address, parseAddress } from "./numbers.ts";
import type { Trace } from "./paths.ts";

/** `full`: a box with all its numbers. `slim`: a box with the last one. `cells`: a tint for the last one. */
export type Form = "full" | "slim" | "cells";

/** Where the learner looks. */
export interface Focus {
  /** The layer that the present tick belongs to. */
  readonly layer: string | null;
  /** The unit of the selected number. */
  readonly unit: { readonly layer: string; readonly unit: number } | null;
  /** Whether layers that could be folded are shown apart. */
  readonly unfolded: boolean;
  /** The value of a weight, by which the strongest are found. */
  readonly weigh: (weight: Address) => number;
  /** The path that is shown. */
  readonly traced: Trace | null;
}

export const NOWHERE: Focus = { layer: null, unit: null, unfolded: false, weigh: () => 0, traced: null };

/** Layers next to each other that are the same but for their weights, drawn as one. */
export interface Fold {
  readonly layers: readonly Layer[];
  /** The layer whose incoming edges are seen. */
  readonly open: Layer;
}

export const MOST_EDGES = 2000;
const MOST_CELLS = 1024;
const MOST_STRONGEST = 24;
const FEWEST_REPEATED = 3;
/** A layer of more units than this is a grid of cells, of fewer a single row of them. */
const MOST_IN_A_COLUMN = 16;

export const LINE = 20;
export const BOX = { width: 82, height: 42 };
export const GAP = 14;
const ROOM_FOR_NAME = 22;
/** The least height of a unit in brief, its gap included. */
export const SLIM_ROW = 20;

/** How many lines stand below a unit's box: its name, what it hands on, its gradient, and what becomes of it. */
export function linesBelow(net: Net, layer: Layer): number {
  const name = layer.names.length ? 1 : 0;
  if (layer.name === INPUT) return name;
  return name + (net.outcome !== null && layer === net.layers.at(-1) ? 3 : 2);
}

/** Whether there is room for a name below a unit in brief. */
export function hasRoomForName({ pitch, box }: { pitch: number; box: number }): boolean {
  return pitch - box >= ROOM_FOR_NAME;
}

/** The height of a unit with all its numbers, its gap included. */
export function fullRow(net: Net, layer: Layer, box: { height: number } = BOX): number {
  const lines = linesBelow(net, layer);
  return box.height + lines * LINE + (lines ? GAP : GAP / 2);
}

/** The height of a layer whose units have all their numbers: below the last one there is no gap. */
export function fullHeight(net: Net, layer: Layer): number {
  return layer.units * fullRow(net, layer) - (linesBelow(net, layer) ? GAP : GAP / 2);
}

/** The form of a layer that has `height` for its units; `tight` is said where there is little width. */
export function formOf(net: Net, layer: Layer, height: number, tight: boolean): Form {
  if (fullHeight(net, layer) <= height || layer.units === 1) return "full";
  const column = layer.units <= MOST_IN_A_COLUMN && layer.units * SLIM_ROW <= height;
  return column && !tight ? "slim" : "cells";
}

/** How many cells stand side by side and one below the other, and how many units are shown of more. */
export function gridOf({ units }: { units: number }): { columns: number; rows: number; shown: number } {
  const shown = Math.min(units, MOST_CELLS);
  if (shown <= MOST_IN_A_COLUMN) return { columns: 1, rows: shown, shown };
  const side = Math.sqrt(shown);
  let columns = Math.floor(side);
  while (shown % columns) columns--;
  if (columns < side / 2) columns = Math.ceil(side);
  return { columns, rows: Math.ceil(shown / columns), shown };
}

/** The widths of layers as they are written: `2-3-1`, and `2-16×12-1` where many follow that are the same. */
export function widthsText(units: readonly number[]): string {
  const runs: { width: number; times: number }[] = [];
  for (const width of units) {
    const last = runs.at(-1);
    if (last?.width === width) last.times++;
    else runs.push({ width, times: 1 });
  }
  return runs
    .flatMap(({ width, times }) =>
      times <= FEWEST_REPEATED ? Array<string>(times).fill(String(width)) : [`${width}×${times}`],
    )
    .join("-");
}

/** The runs of layers that are the same but for their weights. */
export function repeated(net: Net): Layer[][] {
  const runs: Layer[][] = [];
  for (const layer of net.layers) {
    const run = runs.at(-1);
    const [like] = run ?? [];
    const same =
      like && layer.type === like.type && layer.activation === like.activation && layer.units === like.units;
    if (same && like.name !== INPUT) run?.push(layer);
    else runs.push([layer]);
  }
  return runs.filter((run) => run.length >= FEWEST_REPEATED);
}

/**
 * A fold of a run: open where the present tick is, else where the selected number is, else at the end that is nearer.
 * The gap before a run's first layer is always open, so that it is never the fold's.
 */
export function folded(net: Net, run: readonly Layer[], { layer, unit }: Focus): Fold {
  const inside = (name: string | undefined | null) => run.findIndex((one) => one.name === name);
  const at = (name: string | undefined | null) => net.layers.findIndex((one) => one.name === name);
  let place = inside(layer);
  if (place < 0) place = inside(unit?.layer);
  const before = layer === null || (at(layer) >= 0 && at(layer) < at(run[0]?.name));
  if (place < 0) place = before ? 0 : run.length - 1;
  const open = run[Math.max(1, place)] as Layer;
  return { layers: run, open };
}

/** How many weights lead from one layer's shown units into another's. */
export function weightsInto(net: Net, layer: Layer): number {
  const source = net.layers.find((one) => one.name === layer.source);
  return layer.weights === null || !source ? 0 : gridOf(layer).shown * gridOf(source).shown;
}

/** The layers, of those whose weights are seen, that show them as a matrix: the largest, until the rest can be lines. */
export function asMatrices(net: Net, seen: readonly Layer[], { layer: present }: Focus): Set<Layer> {
  const matrices = new Set<Layer>();
  const largestFirst = seen.toSorted(
    (a, b) =>
      weightsInto(net, b) - weightsInto(net, a) || Number(a.name === present) - Number(b.name === present),
  );
  let lines = seen.reduce((sum, layer) => sum + weightsInto(net, layer), 0);
  for (const layer of largestFirst) {
    if (lines + 2 * MOST_STRONGEST * matrices.size <= MOST_EDGES) break;
    matrices.add(layer);
    lines -= weightsInto(net, layer);
  }
  return matrices;
}

/** The edges of a layer that are seen over its matrix: the selected unit's strongest, and the path's. */
export function seenOver(net: Net, layer: Layer, focus: Focus): [target: number, source: number][] {
  const onPath = [...(focus.traced?.edges ?? [])].map(parseAddress).flatMap(({ tensor, index }) => {
    const [target = 0, source = 0] = index;
    return tensor === layer.weights ? [[target, source] as [number, number]] : [];
  });
  const own = strongest(net, layer, focus);
  return [...own, ...onPath.filter(([a, b]) => !own.some(([c, d]) => a === c && b === d))];
}

/** The strongest edges of the selected unit among a layer's: those into it, or out of it. */
function strongest(net: Net, layer: Layer, { unit, weigh }: Focus): [target: number, source: number][] {
  const { weights, source } = layer;
  const before = net.layers.find((one) => one.name === source);
  if (!weights || !before || !unit) return [];
  const pairs: [number, number][] = [];
  if (unit.layer === layer.name && unit.unit < gridOf(layer).shown)
    for (let i = 0; i < gridOf(before).shown; i++) pairs.push([unit.unit, i]);
  if (unit.layer === source && unit.unit < gridOf(before).shown)
    for (let i = 0; i < gridOf(layer).shown; i++) pairs.push([i, unit.unit]);
  const size = new Map(pairs.map((pair) => [pair, Math.abs(weigh({ tensor: weights, index: pair }))]));
  const bySize = pairs.toSorted((a, b) => (size.get(b) ?? 0) - (size.get(a) ?? 0));
  return bySize.slice(0, MOST_STRONGEST);
}
