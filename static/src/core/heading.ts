/** What stands above a layer: as much of it as there is room for, and inside the network. */

import type { Area, Scene } from "./scene.ts";

/** How wide a letter is: of a heading on average and of what a unit is called, and of a layer's name, which is bold. */
const LETTER = { plain: 6.2, bold: 8 };
/** What stays free between two headings, and between one and the network's edge. */
const APART = 8;
const EDGE = 2;
/** A name of so many letters is always whole, as those are that layers have by themselves. */
const SHORT = 8;
const LINE = 18;
/** So far above its layer: what marks that something ails it is higher than a line, and fits still. */
export const ABOVE = 6;

/** How wide the line of a heading may be that stands at `x`: half of the way to the next one is its own. */
export function roomAt({ columns, groups, width }: Scene, x: number): number {
  const alone = columns.filter(({ grouped }) => !grouped).map((column) => column.x);
  const others = [...alone, ...groups.map(({ left, right }) => (left + right) / 2)].filter(
    (one) => one !== x,
  );
  return Math.min(width, ...others.map((one) => Math.abs(one - x))) - APART;
}

/** A line of as many of its parts as there is room for: the first is left out first, then the last. */
export function lineOf(parts: readonly string[], room: number): string {
  const shorter = [parts, parts.slice(1), parts.slice(1, -1)].filter(({ length }) => length);
  const lines = shorter.map((some) => some.join(" · "));
  return lines.find(({ length }) => length * LETTER.plain <= room) ?? lines.at(-1) ?? "";
}

/** As much of a name as there is room for. What is left out is its middle, because names are told apart by their ends. */
export function nameOf(name: string, room: number, face: keyof typeof LETTER = "bold"): string {
  const most = Math.max(SHORT, Math.floor(room / LETTER[face]));
  if (name.length <= most) return name;
  const [head, tail] = [Math.ceil((most - 1) / 2), Math.floor((most - 1) / 2)];
  return `${name.slice(0, head)}…${name.slice(-tail)}`;
}

/** What a heading covers that stands above `foot`, its name and its lines one below the other. */
export function areaOfHeading(
  { x, name, lines }: { x: number; name: string; lines: readonly string[] },
  foot: number,
  width: number,
): Area {
  const middle = insideAt(x, width, name, lines);
  const half = halfOf(name, lines);
  return { left: middle - half, right: middle + half, top: foot - LINE * (1 + lines.length), bottom: foot };
}

/** Where the middle of a heading is that is to stand at `x`, so that nothing of it is cut off. */
export function insideAt(x: number, width: number, name: string, lines: readonly string[]): number {
  const half = halfOf(name, lines);
  return Math.max(Math.min(x, width - half), Math.min(half, width / 2));
}

function halfOf(name: string, lines: readonly string[]): number {
  const plain = Math.max(0, ...lines.map(({ length }) => length));
  return Math.max(plain * LETTER.plain, name.length * LETTER.bold) / 2 + EDGE;
}
