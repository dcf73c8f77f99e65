/** A number on the page: its text, and on its element the address and the full value that tests and links use. */

import { html, nothing, type TemplateResult } from "lit";

import type { Frame } from "../api/types.ts";
import { type Address, addressText, DASH, full, short, sign, valueAt } from "../core/numbers.ts";
import * as say from "../strings/number.ts";

/**
 * How a number stands on the page: a letter before it, whether Tab stops at it, and whether it is words of a sentence that
 * is spoken by itself: a screen reader leaves buttons out of that, and speaks links once more.
 */
export interface Manner {
  readonly label?: string;
  readonly focusable?: boolean;
  readonly inWords?: boolean;
}

/** Numbers on the network are no stops of the Tab key: their unit is. */
export function on(label = ""): Manner {
  return { label, focusable: false };
}

/**
 * A number as a button that asks how it came to be. `null` is not computed yet: a dash, and no value. It gets a title
 * when it is pointed at: to keep those of all numbers up would have the browser style them anew with every step.
 */
export function number(address: Address, value: number | null, manner: Manner = {}): TemplateResult {
  const { label = "", focusable = true, inWords = false } = manner;
  const text = value === null ? DASH : short(value);
  const [said, name] = [label ? `${label} ${text}` : text, addressText(address)];
  if (inWords && value !== null)
    return html`<span
      class="number ${sign(value)}"
      data-tensor=${address.tensor}
      data-index=${address.index.join(",")}
      data-value=${full(value)}
      ><span class="digits">${text}</span></span>`;
  const heard = value === null ? say.spokenNone(said, name) : `${said}, ${name}`;
  return html`<button
    type="button"
    class="number ${value === null ? "none" : sign(value)}"
    tabindex=${focusable ? 0 : -1}
    data-tensor=${address.tensor}
    data-index=${address.index.join(",")}
    data-value=${value === null ? nothing : full(value)}
    aria-label=${heard}
    >${label ? html`<span class="letter">${label}</span> ` : nothing}<span class="digits">${text}</span></button>`;
}

/** What the title of such a number says. */
export function titleOf({ dataset: { tensor = "", index = "", value } }: HTMLElement): string {
  const name = index ? `${tensor}[${index}]` : tensor;
  return value === undefined ? say.isNone(name) : `${name} = ${value}`;
}

/**
 * A number that a tick read or wrote, which may have been overwritten since: then it is not the tensor's number of
 * this moment and does not pass for it, but still leads to it.
 */
export function read(
  address: Address,
  value: number,
  frame: Frame | null,
  manner: Manner = {},
): TemplateResult {
  if (Object.is(valueAt(frame ?? undefined, address), value)) return number(address, value, manner);
  const name = addressText(address);
  const text = html`<span class="digits">${short(value)}</span> <span class="letter">${say.past}</span>`;
  if (manner.inWords)
    return html`<span class="number then ${sign(value)}" data-asks=${name} title=${say.was(name, full(value))}
      >${text}</span>`;
  return html`<button
    type="button"
    class="number then ${sign(value)}"
    data-asks=${name}
    aria-label=${say.spokenPast(short(value), name)}
    title=${say.was(name, full(value))}
    >${text}</button>`;
}

/** A number as it is spoken, also where there is none yet. */
export function aloud(value: number | null): string {
  return value === null ? say.notComputed : short(value);
}
