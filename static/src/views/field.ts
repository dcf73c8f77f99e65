/** A number that can be typed: Enter or leaving the field commits it, Escape gives the old one back. */

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";

import { type Address, full } from "../core/numbers.ts";
import type { State } from "../store.ts";

export interface Field {
  /** Its accessible name. */
  readonly name: string;
  /** What `State.wrong` calls it. */
  readonly key: string;
  readonly value: number;
  readonly step: number;
  readonly about: string;
  /** Where the number stands in a tensor, if it does. */
  readonly address?: Address;
  readonly commit: (typed: string) => void;
  readonly revert: () => void;
}

/** The field, and below it what is wrong with what was typed. */
export function field({ name, key, value, step, about, address, commit, revert }: Field, { wrong }: State) {
  const id = `field-${key.replaceAll(/\W+/g, "-")}`;
  const text = wrong?.field === key ? wrong.text : null;
  // What is not finite no number field can hold: there it is empty, and says so.
  const held = Number.isFinite(value) ? full(value) : "";
  const leave = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.key !== "Escape" || (input.value === held && text === null)) return;
    event.stopPropagation();
    input.value = held;
    revert();
  };
  const input: TemplateResult = html`<input
    type="number"
    class="field digits"
    aria-label=${name}
    aria-describedby=${text === null ? `${id}-about` : `${id}-wrong`}
    aria-invalid=${text === null ? "false" : "true"}
    title=${about}
    step=${step}
    autocomplete="off"
    data-tensor=${address ? address.tensor : nothing}
    data-index=${address ? address.index.join(",") : nothing}
    data-value=${address ? full(value) : nothing}
    placeholder=${held === "" ? full(value) : nothing}
    .value=${held}
    @change=${(event: Event) => commit((event.target as HTMLInputElement).value)}
    @keydown=${leave}
  />`;
  return html`${keyed(key, input)}<span id="${id}-about" class="sr-only">${about}</span>${
    text === null ? nothing : html`<span class="wrong" id="${id}-wrong" role="alert">${text}</span>`
  }`;
}

/** What one press of an arrow key changes: one of the digit that the number begins with. */
export function stepOf(value: number): number {
  const size = Math.abs(value);
  return size > 0 && Number.isFinite(size) ? 10 ** Math.floor(Math.log10(size)) : 0.1;
}
