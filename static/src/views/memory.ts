/** What the browser keeps for the reader. In a frame of another site, such as a notebook, it may refuse to: then it is
 * kept as long as the page is. */

import { NO_SCORE, type Score } from "../core/learned.ts";
import type { Notebook } from "../learning.ts";
import type { Memory } from "../shelf.ts";

const SCORE = "backscope-score";

function memoryIn(storage: () => Storage): Memory {
  const here = new Map<string, string>();
  return {
    get(key) {
      try {
        return storage().getItem(key) ?? here.get(key) ?? null;
      } catch {
        return here.get(key) ?? null;
      }
    },
    set(key, text) {
      try {
        storage().setItem(key, text);
        here.delete(key);
      } catch {
        here.set(key, text);
      }
    },
  };
}

const reader = memoryIn(() => localStorage);
/** What is kept as long as the tab is open, also when its page is loaded anew. */
export const tab = memoryIn(() => sessionStorage);

export function remembered(key: string): string | null {
  return reader.get(key);
}

export function remember(key: string, value: string): void {
  reader.set(key, value);
}

/** The score of whoever practises at this browser. */
export const notebook: Notebook = {
  read: () => ({ ...NO_SCORE, ...(JSON.parse(remembered(SCORE) ?? "{}") as Partial<Score>) }),
  write: (score) => remember(SCORE, JSON.stringify(score)),
  random: Math.random,
};
