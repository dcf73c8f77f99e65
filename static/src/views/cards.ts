/** The factors of a term as cards: the symbol, the value, and a door to where it comes from. */

import { html, nothing, type TemplateResult } from "lit";

import type { Factor, Frame } from "../api/types.ts";
import {
  type Address,
  addressText,
  fromWire,
  lightsText,
  parseAddress,
  short,
  sign,
} from "../core/numbers.ts";
import * as say from "../strings/cards.ts";
import { math } from "./math.ts";
import { read } from "./number.ts";

const MOST_DOORS = 3;

/** Cards side by side, with what is between two of them. */
export function cards(factors: readonly Factor[], frame: Frame | null, between = "×"): TemplateResult {
  return html`<div class="factors">
    ${factors.map(
      (factor, i) =>
        html`${i && between ? html`<span class="times">${between}</span>` : nothing}${card(factor, frame)}`,
    )}
  </div>`;
}

/** A factor: its symbol, its value, and where it comes from. A stored one is a door to its number. */
function card(factor: Factor, frame: Frame | null): TemplateResult {
  const value = fromWire(factor.value);
  if (factor.tensor !== null) {
    const address = { tensor: factor.tensor, index: factor.index ?? [] };
    return html`<div class="card" data-lights=${lightsText(address)}>
      ${symbol(factor)}${read(address, value, frame)}<code>${breakable(address)}</code>
    </div>`;
  }
  const same = factor.formula === factor.symbol;
  return html`<div class="card had">
    ${symbol(factor)}${figure(value)}<span class="how"
      >${same ? factor.text : html`${factor.text} ${math(factor.formula ?? "")}`}</span
    >${doors(factor.reads ?? [])}
  </div>`;
}

/** The numbers that one which is not stored is made of, each a door. */
export function doors(reads: readonly string[]): TemplateResult {
  const shown = reads.slice(0, MOST_DOORS);
  const more = reads.length - shown.length;
  return html`${shown.map(
    (name) =>
      html`<button type="button" class="door" data-asks=${name} aria-label=${say.of(name)}>
        <code>${breakable(parseAddress(name))}</code>
      </button>`,
  )}${more > 0 ? html`<span class="how">${say.andMore(more)}</span>` : nothing}`;
}

function symbol(factor: Factor): TemplateResult {
  return math(`\\displaystyle ${factor.symbol}`);
}

/** An address, which may go on in the next line behind its layer. */
function breakable(address: Address): TemplateResult {
  const [layer, letter] = addressText(address).split(".");
  return html`${layer}.<wbr />${letter}`;
}

/** A number that stands nowhere but here. */
export function figure(value: number): TemplateResult {
  return html`<b class="digits ${sign(value)}" title=${String(value)}>${short(value)}</b>`;
}
