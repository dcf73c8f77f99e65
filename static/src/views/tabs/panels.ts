/** What stands below the row of tabs: the chosen tab, which is made, and loaded where it is not here, when first chosen. */

import { html, type TemplateResult } from "lit";

import { type Told, UNASKED } from "../../inquiry.ts";
import type { State, TabName } from "../../store.ts";
import * as say from "../../strings/panels.ts";
import type { Desk } from "../view.ts";
import { TABS, TIMELESS } from "./list.ts";
import type { Tab } from "./tab.ts";
import { trialPanel } from "./trial.ts";

export class Panels {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #made = new Map<TabName, Tab>();
  readonly #coming = new Map<TabName, "yes" | "no">();
  #open: TabName | null = null;
  #told: Told<unknown> = UNASKED;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
  }

  draw(state: State): TemplateResult {
    const { tab: name, frame, preview } = state;
    // Of what is only tried the server explains nothing, and what it said of the moment itself is not so.
    if (preview && frame !== preview.real.frame && !TIMELESS.has(name)) return trialPanel(state, preview);
    const tab = this.#tab(name);
    if (tab) {
      this.#told = this.#desk.inquiry.about(frame, tab.question?.(state) ?? null);
      return tab.draw(state, this.#told);
    }
    if (this.#coming.get(name) !== "no") return html`<p class="muted" aria-busy="true">…</p>`;
    return html`<p class="muted waiting-for" role="alert">${say.unloaded}</p>
      <button type="button" class="plain" @click=${() => this.#again(name)}>${say.again}</button>`;
  }

  drawn(panel: HTMLElement, state: State): void {
    if (this.#open !== state.tab) this.left();
    this.#open = state.tab;
    this.#made.get(state.tab)?.drawn?.(panel, state, this.#told);
  }

  /** The tab that was open is not shown any more. */
  left(): void {
    if (this.#open) this.#made.get(this.#open)?.left?.();
    this.#open = null;
  }

  #tab(name: TabName): Tab | null {
    const made = this.#made.get(name);
    if (made || this.#coming.has(name)) return made ?? null;
    const found = TABS[name]();
    if (found instanceof Promise) {
      this.#coming.set(name, "yes");
      void found
        .then(
          (maker) => this.#keep(name, maker(this.#desk, this.#redraw)),
          () => this.#coming.set(name, "no"),
        )
        .finally(this.#redraw);
      return null;
    }
    return this.#keep(name, found(this.#desk, this.#redraw));
  }

  #keep(name: TabName, tab: Tab): Tab {
    this.#coming.delete(name);
    this.#made.set(name, tab);
    return tab;
  }

  #again(name: TabName): void {
    this.#coming.delete(name);
    this.#redraw();
  }
}
