/** What a tab of the inspector is: what it wants to know of the server, and what it draws. A tab a file. */

import { html, type TemplateResult } from "lit";

import type { Question, Told } from "../../inquiry.ts";
import type { State } from "../../store.ts";
import type { Desk } from "../view.ts";

export interface Tab<Answer = unknown> {
  /** What it asks about the selected number at the moment that is shown; null where there is nothing to ask. */
  question?(state: State): Question<Answer> | null;
  draw(state: State, told: Told<Answer>): TemplateResult;
  /** What is left to do when it has been drawn into `panel`. */
  drawn?(panel: HTMLElement, state: State, told: Told<Answer>): void;
  /** It is not shown any more. */
  left?(): void;
}

/** Makes a tab. `redraw` is for what changes in the tab alone. */
export type TabMaker = (desk: Desk, redraw: () => void) => Tab;

/** Why a tab has nothing to show, where that is because of the number that is selected. */
export function unsuited(text: string): TemplateResult {
  return html`<p class="muted waiting-for">${text}</p>`;
}

/** What stands in the place of an answer that has not come. */
export function withoutAnswer({ waiting, refused }: Told<unknown>): TemplateResult {
  if (refused !== null) return html`<p class="muted waiting-for" role="alert">${refused}</p>`;
  return html`<p class="muted" aria-busy=${waiting ? "true" : "false"}>${waiting ? "…" : ""}</p>`;
}
