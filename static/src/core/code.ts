/**
 * The lines of a step as code: which of their words are tensors of the network, and which tensor a line has written
 * that still is what the line made of it.
 */

import type { ScheduledTick } from "../api/types.ts";
import { gradientOf, type Net } from "./net.ts";

export type Language = keyof ScheduledTick["code"];

/** A piece of a line: a variable, with the tensor that it holds, or what stands between two. */
export interface Word {
  readonly text: string;
  readonly tensor: string | null;
}

export interface CodeLine {
  readonly words: readonly Word[];
  /** The tensor that the line assigns or adds to, the last to do so in its tick. */
  readonly writes: string | null;
}

/** The lines of each tick of a step, in the order of the schedule. */
export function codeOf(net: Net, language: Language): readonly (readonly CodeLine[])[] {
  const variables = new Map([...net.info.keys()].map((name) => [name.replaceAll(".", "_"), name]));
  return net.schedule.map((tick) => {
    const lines = tick.code[language].split("\n").map((text) => wordsOf(net, variables, text));
    const written = lines.map(assigned);
    return lines.map((words, i) => {
      const writes = written[i] ?? null;
      return { words, writes: written.indexOf(writes, i + 1) < 0 ? writes : null };
    });
  });
}

/** Which ticks' lines show what they made: those up to `last`, of those that write the same tensor the latest. */
export function madeBy(schedule: readonly ScheduledTick[], last: number): ReadonlyMap<string, number> {
  const made = new Map<string, number>();
  for (const { index, writes } of schedule)
    if (index <= last) for (const tensor of writes) made.set(tensor, index);
  return made;
}

const NAME = /([A-Za-z_]\w*)(\.grad\b)?/g;

function wordsOf(net: Net, variables: ReadonlyMap<string, string>, text: string): Word[] {
  const words: Word[] = [];
  let end = 0;
  for (const { 0: whole, 1: name = "", 2: gradient, index } of text.matchAll(NAME)) {
    const held = variables.get(name);
    // PyTorch keeps a gradient with what it is the gradient of.
    const tensor = gradient === undefined ? held : gradientOf(net, held ?? null);
    if (!tensor || text[index - 1] === ".") continue;
    words.push({ text: text.slice(end, index), tensor: null }, { text: whole, tensor });
    end = index + whole.length;
  }
  words.push({ text: text.slice(end), tensor: null });
  return words.filter(({ text: piece }) => piece !== "");
}

/** What stands left of the sign of a line that puts something into a tensor. */
function assigned(words: readonly Word[]): string | null {
  const [target, sign] = words;
  if (!target?.tensor || target.text.endsWith(".grad")) return null;
  return /^(\.data)? [-+*/]?= /.test(sign?.text ?? "") ? target.tensor : null;
}
