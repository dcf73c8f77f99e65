/** Light or dark: the system's, until the reader chooses. */

import { remember, remembered } from "./memory.ts";

const KEY = "backscope-theme";
type Listener = () => void;
const listeners = new Set<Listener>();

export function startTheme(): void {
  const chosen = remembered(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", tell);
}

export function toggleTheme(): void {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  remember(KEY, next);
  tell();
}

export function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** For as long as it is printed the page is light, whatever it is on the screen. */
export function printInLight(printing: boolean): void {
  const shown = printing ? "light" : remembered(KEY);
  if (shown === null) delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = shown;
  tell();
}

/** Call back when colours have changed, so that what is not styled by CSS is drawn again. */
export function onTheme(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
