/** The list of keys, and which of them the reader has switched off. */

import { SIZES } from "../core/stepping.ts";
import { remember, remembered } from "./memory.ts";

export interface Key {
  readonly keys: string;
  readonly shown: string;
  readonly does: string;
}

const OFF = "backscope-keys-off";

export const KEYS: readonly Key[] = [
  { keys: "Space", shown: "Space", does: "play or pause" },
  { keys: "ArrowRight", shown: "→", does: "step forward" },
  { keys: "ArrowLeft", shown: "←", does: "step back" },
  { keys: "Shift+ArrowRight", shown: "Shift →", does: "step forward, one size larger" },
  { keys: "Shift+ArrowLeft", shown: "Shift ←", does: "step back, one size larger" },
  { keys: "Home", shown: "Home", does: "go to the beginning" },
  { keys: "End", shown: "End", does: "go to the head" },
  ...SIZES.map((size, i) => ({ keys: String(i + 1), shown: String(i + 1), does: `step size: ${size}` })),
  { keys: "$mod+z", shown: "Ctrl Z", does: "undo the last change" },
  { keys: "$mod+Shift+z", shown: "Ctrl Shift Z", does: "redo it" },
  { keys: "Backspace", shown: "Backspace", does: "go back to the number before" },
  { keys: "p", shown: "P", does: "present: large type, numbers hidden until the next key" },
  { keys: "PageDown", shown: "Page ↓", does: "step forward, as a clicker does" },
  { keys: "PageUp", shown: "Page ↑", does: "step back, as a clicker does" },
  { keys: "[", shown: "[", does: "show the example before" },
  { keys: "]", shown: "]", does: "show the example after" },
  { keys: "+", shown: "+", does: "zoom in: more room for the network" },
  { keys: "-", shown: "−", does: "zoom out" },
  { keys: "0", shown: "0", does: "show the whole network" },
  { keys: "?", shown: "?", does: "show this list" },
];

/** The keys that the reader has switched off. */
export function switchedOff(): Set<string> {
  return new Set(JSON.parse(remembered(OFF) ?? "[]") as string[]);
}

export function switchKey(keys: string, on: boolean): void {
  const off = switchedOff();
  if (on) off.delete(keys);
  else off.add(keys);
  remember(OFF, JSON.stringify([...off]));
}
