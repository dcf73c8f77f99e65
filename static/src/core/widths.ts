/** How wide the layers of a network, and the gaps between them, are drawn, before anything has a place. */

import {
  BOX,
  type Focus,
  type Fold,
  folded,
  type Form,
  formOf,
  fullRow,
  gridOf,
  MOST_EDGES,
  repeated,
  weightsInto,
} from "./form.ts";
import { isPlane } from "./maps.ts";
import type { Layer, Net } from "./net.ts";

const NARROW_BOX = { width: 66, height: 38 };
export const SLIM = { width: 112, narrow: 84, height: 26, row: 54 };
/** With a picture beside the number, which needs its own part of the width. */
const PICTURED = { width: 128, narrow: 104, height: 44, number: 70 };
export const CELL = { width: 40, grid: 22, grouped: 22, row: 34 };
/** How high a unit's picture is at most, as a share of its width. */
const PICTURE = 0.8;
/** A grid of cells takes no more of the width. */
const MOST_OF_WIDTH = 0.2;
/** Below this width between layers everything is drawn narrower, and repeated layers are folded. */
const ROOM = 60;
/** The same where repeated layers are folded or shown apart, and how wide the gaps between those are beside others. */
const ROOM_WITH_GROUPS = 36;
export const SHARE_APART = 0.55;
/** What stays free between two layers, however little room there is. */
const APART = 6;

/** What stands side by side: a layer, or several that share a heading. */
type Block = { layers: readonly Layer[]; fold: Fold | null };

/** How wide everything is, before it has a place. */
export interface Widths {
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

/** Roomy if that leaves room between the layers, else with repeated layers folded, else narrow as well. */
export function widthsOf(net: Net, width: number, height: number, focus: Focus): Widths {
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
export function briefWidth(
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
export function boxIn(
  net: Net,
  { box, blocks, tight }: Widths,
  room: number,
): { width: number; height: number } {
  const full = blocks.flatMap(({ layers, fold }) =>
    fold ? [] : layers.filter((layer) => formOf(net, layer, room, tight) === "full"),
  );
  if (!isPlane(net)) return box;
  const heights = full.map((layer) => room / layer.units - (fullRow(net, layer, box) - box.height));
  return { ...box, height: Math.max(box.height, Math.min(PICTURE * box.width, ...heights)) };
}

/** The height of a unit's box where it has not all its numbers with it. A picture beside a number is a square. */
export function briefHeight(net: Net, form: Form, pitch: number, width: number): number {
  if (form === "cells") return pitch - Math.min(3, pitch / 5);
  const most = isPlane(net) ? Math.min(PICTURED.height, width - PICTURED.number) : SLIM.height;
  return Math.min(most, pitch - 2);
}
