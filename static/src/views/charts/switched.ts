/** Several charts in the place of one, of which one is open at a time. */

import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";

import type { State } from "../../store.ts";
import type { Chart, Picture } from "./chart.ts";
import { choice } from "./parts.ts";

interface Option {
  readonly name: string;
  readonly open: () => Chart;
}

export class Switched implements Chart {
  readonly #label: string;
  readonly #options: readonly Option[];
  readonly #redraw: () => void;
  #name: string;
  #chart: Chart;

  /** `label` is what is chosen; the first option is open at first. */
  constructor(label: string, options: readonly Option[], redraw: () => void) {
    const [first] = options;
    if (!first) throw new Error("There is nothing to choose from.");
    this.#label = label;
    this.#options = options;
    this.#redraw = redraw;
    this.#name = first.name;
    this.#chart = first.open();
  }

  #choose(name: string): void {
    const option = this.#options.find((one) => one.name === name);
    if (!option || name === this.#name) return;
    this.#chart.dispose();
    this.#name = name;
    this.#chart = option.open();
    this.#redraw();
  }

  words(state: State) {
    return this.#chart.words(state);
  }

  get probing(): boolean {
    return this.#chart.probing ?? false;
  }

  tools(state: State) {
    const names = this.#options.map(({ name }) => [name, name] as const);
    return html`${choice(this.#label, names, this.#name, (name) => this.#choose(name))}
    ${this.#chart.tools?.(state) ?? nothing}`;
  }

  body(state: State) {
    return html`${keyed(this.#name, this.#chart.body(state))}`;
  }

  paint(panel: HTMLElement, state: State): void {
    this.#chart.paint?.(panel, state);
  }

  repaint(): void {
    this.#chart.repaint?.();
  }

  table(state: State) {
    return this.#chart.table(state);
  }

  async numbers(state: State) {
    return (await this.#chart.numbers?.(state)) ?? null;
  }

  get drawable(): boolean {
    return this.#chart.drawable ?? true;
  }

  pictures(): readonly Picture[] {
    return this.#chart.pictures();
  }

  dispose(): void {
    this.#chart.dispose();
  }
}
