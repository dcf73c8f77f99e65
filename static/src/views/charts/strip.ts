/**
 * The strip of charts: closed until a tab is chosen. It has the tabs, and of the chosen one what all have in common:
 * its words, its table, its picture and its numbers to take along. It knows the charts from the list in `tabs.ts`.
 */

import { html, nothing, render } from "lit";
import { keyed } from "lit/directives/keyed.js";

import { csv, type Sheet } from "../../core/sheet.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/strip.ts";
import { saveCanvases, saveText } from "../files.ts";
import { onTheme } from "../theme.ts";
import type { Desk, Dispose } from "../view.ts";
import type { Chart, Tab } from "./chart.ts";
import { tableOf } from "./table.ts";
import { TABS } from "./tabs.ts";

export function chartsView(element: HTMLElement, desk: Desk): Dispose {
  const strip = new Strip(element, desk);
  const disposals = [desk.store.watch(() => strip.draw()), onTheme(() => strip.repaint())];
  return () => {
    for (const dispose of disposals) dispose();
    strip.dispose();
  };
}

class Strip {
  readonly #element: HTMLElement;
  readonly #desk: Desk;
  /** The tab that is open, and its chart once it is loaded. */
  #tab: Tab | null = null;
  #chart: Chart | null = null;
  #inVain = false;
  #tabled = false;

  constructor(element: HTMLElement, desk: Desk) {
    this.#element = element;
    this.#desk = desk;
  }

  draw(): void {
    const { state } = this.#desk.store;
    const tabs = TABS.filter(({ applies }) => applies?.(state) ?? true);
    const tab = tabs.find(({ name }) => name === state.chart) ?? null;
    if (tab !== this.#tab) this.#open(tab);
    render(
      html`${this.#row(tabs, state)}${tab ? keyed(tab.name, this.#panel(tab, state)) : nothing}`,
      this.#element,
    );
    const panel = this.#element.querySelector<HTMLElement>(".chart-panel");
    if (panel) this.#chart?.paint?.(panel, state);
  }

  repaint(): void {
    this.#chart?.repaint?.();
  }

  dispose(): void {
    this.#chart?.dispose();
    this.#chart = null;
  }

  #open(tab: Tab | null): void {
    this.dispose();
    this.#tab = tab;
    this.#inVain = false;
    if (tab) void this.#load(tab);
  }

  async #load(tab: Tab): Promise<void> {
    const loaded = await tab.load().catch(() => null);
    if (this.#tab !== tab) return;
    this.#inVain = loaded === null;
    this.#chart = loaded?.open(this.#desk, () => this.draw()) ?? null;
    this.draw();
  }

  // What stands on the page

  #row(tabs: readonly Tab[], state: State) {
    const choose =
      ({ name }: Tab) =>
      () => {
        this.#desk.store.set({ chart: name === this.#tab?.name ? null : name });
      };
    const move = (event: KeyboardEvent) => {
      const along = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!along) return;
      const all = [...this.#element.querySelectorAll<HTMLElement>("[role=tab]")];
      const from = all.indexOf(document.activeElement as HTMLElement);
      all.at((from + along) % all.length)?.focus();
    };
    const stop = this.#tab ?? tabs[0];
    return html`<div class="chart-tabs" role="tablist" aria-label=${say.charts} @keydown=${move}>
      ${tabs.map((tab) => {
        const open = tab === this.#tab;
        const count = tab.count?.(state) ?? 0;
        return html`<button
          type="button"
          role="tab"
          id="chart-tab-${tab.region}"
          aria-selected=${open ? "true" : "false"}
          aria-expanded=${open ? "true" : "false"}
          aria-controls=${open ? "chart-panel" : nothing}
          tabindex=${tab === stop ? 0 : -1}
          title=${open ? common.close : say.open(tab.name)}
          @click=${choose(tab)}
        >
          ${tab.name}${count ? html` <b class="chart-count" aria-label=${say.toRead(count)}>${count}</b>` : nothing}
        </button>`;
      })}
    </div>`;
  }

  #panel({ name, region }: Tab, state: State) {
    const chart = this.#chart;
    const table = chart?.table(state) ?? null;
    const drawable = table !== null && (chart?.drawable ?? true);
    return html`<div class="chart-panel" id="chart-panel" role="region" aria-label=${region} data-chart=${region}>
      <div class="chart-head">
        <div class="chart-said ${chart?.probing ? "probing" : ""}">
          ${chart?.words(state) ?? (this.#inVain ? say.unloaded(name) : common.wait)}
        </div>
        <div class="chart-actions">
          ${chart?.tools?.(state) ?? nothing}
          <button
            type="button"
            class="plain"
            aria-pressed=${this.#tabled ? "true" : "false"}
            ?disabled=${!table}
            @click=${() => this.#toggleTable()}
          >
            ${say.table}
          </button>
          <button type="button" class="plain" ?disabled=${!drawable} @click=${() => this.#picture()}
            >${say.picture}</button>
          <button type="button" class="plain" ?disabled=${!table} @click=${() => this.#numbers()}
            >${say.numbers}</button>
        </div>
      </div>
      <div class="chart-body">
        <div class="chart-plots">${chart?.body(state) ?? nothing}</div>
        ${this.#tabled && table ? tableOf(table) : nothing}
      </div>
    </div>`;
  }

  // What one does with it

  #toggleTable(): void {
    this.#tabled = !this.#tabled;
    this.draw();
  }

  #picture(): void {
    const { state } = this.#desk.store;
    const panel = this.#element.querySelector<HTMLElement>(".chart-panel");
    if (!panel || !this.#chart) return;
    const said = [state.spec?.name, say.step(state.step)].filter(Boolean).join(" · ");
    saveCanvases(this.#fileName("png"), this.#chart.pictures(), said, getComputedStyle(panel));
  }

  async #numbers(): Promise<void> {
    const { state } = this.#desk.store;
    const name = this.#fileName("csv");
    const shown: Sheet | null = this.#chart?.table(state) ?? null;
    const all = await this.#chart?.numbers?.(state).catch(() => shown);
    const sheet = all ?? shown;
    if (sheet) saveText(name, "text/csv", csv(sheet));
  }

  #fileName(ending: string): string {
    return `backscope-${this.#tab?.region.toLowerCase()}.${ending}`;
  }
}
