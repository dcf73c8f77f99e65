/** The terms of a sum as bars, each opening the cards of its factors. It remembers which are open. */

import { html, nothing, type TemplateResult } from "lit";

import type { Frame, Term } from "../api/types.ts";
import { barsOf } from "../core/bars.ts";
import type { Net } from "../core/net.ts";
import { type Address, addressText, fromWire } from "../core/numbers.ts";
import { sourceOf, termNames } from "../core/terms.ts";
import * as say from "../strings/terms.ts";
import { barsView } from "./bars.ts";
import { cards, figure } from "./cards.ts";

/** So few terms are all open at first; of more only the one of the chosen example, or the first. */
const FEW_TERMS = 3;

/** What terms are looked at with. */
export interface Seen {
  readonly net: Net;
  readonly frame: Frame | null;
  readonly sample: number;
}

export class TermBars {
  readonly #redraw: () => void;
  /** Which terms are open, by the number that they are of. */
  #opened: { of: string; terms: ReadonlySet<number> } = { of: "", terms: new Set() };

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** The bars of what is at `of`; `total` is the sum as it stands there. `all` says whether few are open at first. */
  draw(of: Address, terms: readonly Term[], value: number, total: TemplateResult, seen: Seen, all = true) {
    const names = termNames(seen.net, terms);
    const opened = this.#openedOf(of, terms, seen.sample, all);
    return barsView({
      name: say.title,
      of: say.terms,
      bars: barsOf(
        terms.map((term) => fromWire(term.value)),
        value,
      ),
      row: (place) => ({
        label: names[place] ?? "",
        lights: terms[place] ? sourceOf(terms[place]) : null,
        detail: terms[place] ? product(terms[place], seen.frame) : null,
      }),
      manner: "open",
      pressed: opened,
      press: (place) => this.#press(of, opened, place),
      total,
    });
  }

  #openedOf(of: Address, terms: readonly Term[], sample: number, all: boolean): ReadonlySet<number> {
    if (this.#opened.of === addressText(of)) return this.#opened.terms;
    if (!all) return new Set();
    if (terms.length <= FEW_TERMS) return new Set(terms.keys());
    return new Set([
      Math.max(
        0,
        terms.findIndex((term) => term.sample === sample),
      ),
    ]);
  }

  #press(of: Address, opened: ReadonlySet<number>, place: number): void {
    const terms = new Set(opened);
    if (!terms.delete(place)) terms.add(place);
    this.#opened = { of: addressText(of), terms };
    this.#redraw();
  }
}

/** One term: its factors side by side, and their product where it alone makes the number of a tensor. */
export function product(term: Term, frame: Frame | null, makes: string | null = null): TemplateResult {
  return html`<div class="term">
    ${cards(term.factors, frame)}
    ${makes === null ? nothing : html`<span class="result" data-makes=${makes}>= ${figure(fromWire(term.value))}</span>`}
  </div>`;
}
