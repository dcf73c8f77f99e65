/** Light or dark: the system's, until the reader chooses. */

import { remember, remembered } from "./memory.ts";

const KEY = "backscope-theme";
type Listener = () => void;
const listeners = new Set<Listener>();

export function startTheme(): void {
  const chosen = remembered(KEY);
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset["theme"] = chosen;
  for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"])
    matchMedia(query).addEventListener("change", tell);
}

export function toggleTheme(): void {
  const next = isDark() ? "light" : "dark";
  document.documentElement.dataset["theme"] = next;
  remember(KEY, next);
  tell();
}

/** In the colours of the system its ground is what is drawn on, whatever the reader chose. */
export function isDark(): boolean {
  const forced = matchMedia("(forced-colors: active)").matches;
  const chosen = forced ? undefined : document.documentElement.dataset["theme"];
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
