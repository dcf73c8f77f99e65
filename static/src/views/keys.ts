/** The list of keys, and which of them the reader has switched off. */

import { SIZES } from "../core/stepping.ts";
import * as say from "../strings/keys.ts";
import { remember, remembered } from "./memory.ts";
import { SIZES as NAMES } from "../strings/stepping.ts";

export interface Key {
  readonly keys: string;
  readonly shown: string;
  readonly does: string;
}

const OFF = "backscope-keys-off";

export const KEYS: readonly Key[] = [
  { keys: "Space", ...say.play },
  { keys: "ArrowRight", ...say.forward },
  { keys: "ArrowLeft", ...say.back },
  { keys: "Shift+ArrowRight", ...say.farForward },
  { keys: "Shift+ArrowLeft", ...say.farBack },
  { keys: "Home", ...say.beginning },
  { keys: "End", ...say.head },
  ...SIZES.map((size, i) => ({ keys: String(i + 1), ...say.size(String(i + 1), NAMES[size]) })),
  { keys: "$mod+z", ...say.undo },
  { keys: "$mod+Shift+z", ...say.redo },
  { keys: "Backspace", ...say.numberBefore },
  { keys: "p", ...say.present },
  { keys: "Escape", ...say.escape },
  { keys: "PageDown", ...say.clickForward },
  { keys: "PageUp", ...say.clickBack },
  { keys: "[", ...say.exampleBefore },
  { keys: "]", ...say.exampleAfter },
  { keys: "+", ...say.zoomIn },
  { keys: "-", ...say.zoomOut },
  { keys: "0", ...say.whole },
  { keys: "?", ...say.list },
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
