/** What the browser keeps for the reader. In a frame of another site, such as a notebook, it may refuse to: then it is
 * kept as long as the page is. */

import { NO_SCORE, type Score } from "../core/learned.ts";
import type { Notebook } from "../learning.ts";

const SCORE = "backscope-score";

const here = new Map<string, string>();

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return here.get(key) ?? null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    here.set(key, value);
  }
}

/** The score of whoever practises at this browser. */
export const notebook: Notebook = {
  read: () => ({ ...NO_SCORE, ...(JSON.parse(remembered(SCORE) ?? "{}") as Partial<Score>) }),
  write: (score) => remember(SCORE, JSON.stringify(score)),
  random: Math.random,
};
