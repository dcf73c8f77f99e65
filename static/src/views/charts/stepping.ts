/** Looking along the steps of a drawing, by pointer and by keyboard, and going to the one that is looked at. */

import { html } from "lit";

import { nearest } from "../../core/curves.ts";

const LEAPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };
const ENDS: Record<string, number> = { Home: -Infinity, End: Infinity };

interface Along {
  readonly name: string;
  /** The steps that can be gone to, ascending. */
  readonly steps: readonly number[];
  /** The step that is looked at, else the present one. */
  readonly now: number;
  /** What there is at that step, in words. */
  readonly spoken: string;
  /** The step under the pointer. */
  readonly under: (event: MouseEvent) => number | null;
}

export class Stepping {
  readonly #redraw: () => void;
  readonly #go: (step: number) => void;
  /** The step that the pointer or the keyboard looks at. */
  probe: number | null = null;

  constructor(redraw: () => void, go: (step: number) => void) {
    this.#redraw = redraw;
    this.#go = go;
  }

  /** The element that a plot is drawn into. */
  slider({ name, steps, now, spoken, under }: Along) {
    return html`<div
      class="chart-plot"
      role="slider"
      tabindex="0"
      aria-label=${name}
      aria-valuemin=${steps[0] ?? 0}
      aria-valuemax=${steps.at(-1) ?? 0}
      aria-valuenow=${Math.min(now, steps.at(-1) ?? 0)}
      aria-valuetext=${spoken}
      @pointermove=${(event: PointerEvent) => event.pointerType === "mouse" && this.#look(under(event))}
      @pointerleave=${() => this.#look(null)}
      @blur=${() => this.#look(null)}
      @click=${(event: MouseEvent) => this.#goTo(under(event))}
      @keydown=${(event: KeyboardEvent) => this.#key(event, steps, now)}
    ></div>`;
  }

  #look(step: number | null): void {
    if (step === this.probe) return;
    this.probe = step;
    this.#redraw();
  }

  #key(event: KeyboardEvent, steps: readonly number[], now: number): void {
    const to = nearest(steps, now) + (LEAPS[event.key] ?? ENDS[event.key] ?? NaN);
    if (event.key === "Enter" || event.key === " ") this.#goTo(this.probe);
    else if (event.key === "Escape") this.#look(null);
    else if (!Number.isNaN(to)) this.#look(steps[Math.max(0, Math.min(to, steps.length - 1))] ?? null);
    else return;
    event.preventDefault();
  }

  #goTo(step: number | null): void {
    if (step !== null) this.#go(step);
  }
}
