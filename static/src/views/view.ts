/** What a view is: it draws into an element what the store says, until it is disposed of. */

import { render, type TemplateResult } from "lit";

import type { State, Store } from "../store.ts";

export type Dispose = () => void;

/** Render `template` of the state into `element`, now and after every change. */
export function view(
  element: HTMLElement,
  store: Store,
  template: (state: State) => TemplateResult,
): Dispose {
  return store.watch((state) => render(template(state), element));
}
