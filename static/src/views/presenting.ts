/**
 * For a lecture hall: large type, little else, and what a tick has just written hidden until the class has guessed it. A
 * clicker's keys show it and go on.
 */

import { hiddenIn } from "../core/veil.ts";
import type { State } from "../store.ts";
import type { Desk, Dispose } from "./view.ts";

export function presentingView(root: HTMLElement, { store }: Desk): Dispose {
  return store.watch((state) => {
    document.documentElement.toggleAttribute("data-presenting", state.presenting);
    // After all views have drawn: what they draw anew is to be hidden, too.
    queueMicrotask(() => veil(root, state));
  });
}

/** Begin to present, or end it. */
export function present({ store }: Desk): void {
  const presenting = !store.state.presenting;
  store.set({ presenting, veiled: presenting });
}

/** Forward, as a clicker goes: first what is hidden is shown, then the next step is made, and its numbers are hidden. */
export async function forward({ store, session }: Desk): Promise<void> {
  if (hiddenIn(store.state).size) {
    store.set({ veiled: false });
    return;
  }
  await session.step();
  store.set({ veiled: store.state.presenting });
}

function veil(root: HTMLElement, state: State): void {
  const hidden = hiddenIn(state);
  for (const element of root.querySelectorAll<HTMLElement>("[data-tensor], [data-makes]")) {
    const { tensor, makes } = element.dataset;
    element.toggleAttribute("data-veiled", hidden.has(tensor ?? makes ?? ""));
  }
  root.toggleAttribute("data-veiling", hidden.size > 0);
}
