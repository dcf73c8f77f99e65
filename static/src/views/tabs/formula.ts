/** How the selected number came to be: the formula, its terms as bars, and every factor as a card that is a door. */

import { html, nothing, type TemplateResult } from "lit";

import type { Explanation, Factor, Frame, Term, Update } from "../../api/types.ts";
import { barsOf } from "../../core/bars.ts";
import type { Net } from "../../core/net.ts";
import { type Address, addressText, fromWire } from "../../core/numbers.ts";
import { type Symbol, marked } from "../../core/symbols.ts";
import { sourceOf, termNames } from "../../core/terms.ts";
import type { State } from "../../store.ts";
import { barsView } from "../bars.ts";
import { cards, figure } from "../cards.ts";
import { math } from "../math.ts";
import { read } from "../number.ts";
import { unitNumbers } from "../unit.ts";
import { type Tab, type TabMaker, unsuited } from "./tab.ts";

/** So few terms are all open at first; of more only the one of the chosen example, or the first. */
const FEW_TERMS = 3;

export const formulaTab: TabMaker = (_, redraw) => new FormulaTab(redraw);

class FormulaTab implements Tab {
  readonly #redraw: () => void;
  /** Which terms are open, by the number that they are of. */
  #opened: { of: string; terms: ReadonlySet<number> } = { of: "", terms: new Set() };

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  draw(state: State): TemplateResult {
    const { net, frame, selected, sample } = state;
    return html`${this.#told(state)}
    ${net && frame && selected ? unitNumbers(net, frame, selected, sample) : nothing}`;
  }

  #told({ explained, selected, net, t, frame, sample }: State): TemplateResult {
    if (!selected || !net) return html`<p class="muted">Choose a number to see how it came to be.</p>`;
    if (!explained) {
      const coming = net.schedule.find((tick) => tick.writes.includes(selected.tensor));
      const when = coming && `It comes in the ${coming.phase} phase, in ${coming.layer}: ${coming.text}.`;
      return unsuited([`${addressText(selected)} is not computed yet at t = ${t}.`, when].join(" "));
    }
    const parameter = net.info.get(selected.tensor)?.role === "parameter";
    const origin = parameter
      ? "No update has moved it: a starting value, or one that was set."
      : "Given: it comes with the data.";
    return html`<div class="explanation" data-doors>
      ${this.#explanation(explained, { net, frame, sample }, origin)}
    </div>`;
  }

  #explanation(explained: Explanation, seen: Seen, origin = ""): TemplateResult {
    const { kind, gradient, update } = explained;
    if (kind === "function") return applied(explained, seen);
    if (kind === "sum") return this.#summed(explained, seen);
    return html`
      ${update ? moved(update, seen) : html`<p class="muted given">${origin}</p>`}
      ${
        gradient
          ? html`<h2>Its gradient ${read(gradient, fromWire(gradient.value), seen.frame)}</h2>
              ${this.#explanation(gradient, seen)}`
          : nothing
      }
    `;
  }

  #summed(explained: Explanation, seen: Seen): TemplateResult {
    const { terms = [], value: wire } = explained;
    const formula = math(formulaOf(explained, nearest(terms ?? [], seen.sample)), true);
    const [only] = terms ?? [];
    if (!terms || terms.length < 2) return html`${formula} ${only ? product(only, seen) : nothing}`;
    const value = fromWire(wire);
    const names = termNames(seen.net, terms);
    const bars = barsOf(
      terms.map((term) => fromWire(term.value)),
      value,
    );
    const opened = this.#openedOf(explained, terms, seen.sample);
    return html`${formula}
    ${barsView({
      name: "Terms",
      of: "terms",
      bars,
      row: (place) => ({
        label: names[place] ?? "",
        lights: terms[place] ? sourceOf(terms[place]) : null,
        detail: terms[place] ? product(terms[place], seen, true) : null,
      }),
      manner: "open",
      pressed: opened,
      press: (place) => this.#press(explained, opened, place),
      total: html`= ${read(explained, value, seen.frame)}`,
    })}`;
  }

  #openedOf(explained: Explanation, terms: readonly Term[], sample: number): ReadonlySet<number> {
    if (this.#opened.of === addressText(explained)) return this.#opened.terms;
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

/** What an explanation is looked at with. */
interface Seen {
  readonly net: Net;
  readonly frame: Frame | null;
  readonly sample: number;
}

function applied(explained: Explanation, { frame }: Seen): TemplateResult {
  const { arguments: given, value, function: name } = explained;
  return html`
    ${math(formulaOf(explained, given ?? []), true)}
    <div class="term">
      <span class="function">${(name ?? "").replaceAll("_", " ")}</span>
      ${cards(given ?? [], frame, "")}
      <span class="result">= ${figure(fromWire(value))}</span>
    </div>
  `;
}

function moved({ rule, latex, terms, value, t }: Update, seen: Seen): TemplateResult {
  const factors = terms.flatMap((term) => term.factors);
  return html`
    <h2>Its last update <span class="muted">${rule}, at t = ${t}</span></h2>
    ${math(marked(latex, symbolsOf(factors)), true)} ${terms.map((term) => product(term, seen))}
    <p class="moved">
      ${figure(fromWire(value.before))} <span aria-label="to">→</span> ${figure(fromWire(value.after))}
    </p>
  `;
}

/** One term: its factors side by side, and their product, which among several stands at its bar. */
function product(term: Term, { frame }: Seen, among = false): TemplateResult {
  return html`<div class="term">
    ${cards(term.factors, frame)}
    ${among ? nothing : html`<span class="result">= ${figure(fromWire(term.value))}</span>`}
  </div>`;
}

/** The formula of a number, its own symbol and those of the factors leading to where they stand. */
function formulaOf(explained: Explanation, factors: readonly Factor[]): string {
  const [own = ""] = explained.latex.split(" = ");
  const itself = explained.latex === own ? [] : [{ symbol: own, address: explained }];
  return marked(explained.latex, [...itself, ...symbolsOf(factors)]);
}

function symbolsOf(factors: readonly Factor[]): Symbol[] {
  return factors.flatMap(({ symbol, tensor, index }) =>
    tensor === null ? [] : [{ symbol, address: { tensor, index: index ?? [] } }],
  );
}

/** All factors, those of the chosen example first. */
function nearest(terms: readonly Term[], sample: number): Factor[] {
  const own = terms.filter((term) => term.sample === sample);
  return [...own, ...terms].flatMap((term) => term.factors);
}
