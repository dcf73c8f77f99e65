/** How the selected number came to be: the formula, its terms as bars, and every factor as a card that is a door. */

import { html, nothing, type TemplateResult } from "lit";

import type { Explanation, Factor, Term, Update } from "../../api/types.ts";
import { addressText, fromWire } from "../../core/numbers.ts";
import { isSwift } from "../../core/stepping.ts";
import { marked, symbolsOf } from "../../core/symbols.ts";
import type { State } from "../../store.ts";
import * as say from "../../strings/formula.ts";
import { cards, figure } from "../cards.ts";
import { math } from "../math.ts";
import { read } from "../number.ts";
import { product, type Seen, TermBars } from "../terms.ts";
import { unitNumbers } from "../unit.ts";
import { type Tab, type TabMaker, unsuited } from "./tab.ts";

export const formulaTab: TabMaker = (_, redraw) => new FormulaTab(redraw);

class FormulaTab implements Tab {
  readonly #bars: TermBars;

  constructor(redraw: () => void) {
    this.#bars = new TermBars(redraw);
  }

  draw(state: State): TemplateResult {
    const { net, frame, selected, sample } = state;
    return html`${this.#told(state)}
    ${net && frame && selected ? unitNumbers(net, frame, selected, sample) : nothing}`;
  }

  #told(state: State): TemplateResult {
    const { explained, selected, net, t, frame, sample } = state;
    if (!selected || !net) return html`<p class="muted">${say.chooseOne}</p>`;
    if (!explained && isSwift(state)) return unsuited(say.whenSlower);
    if (!explained) {
      const coming = net.schedule.find((tick) => tick.writes.includes(selected.tensor));
      const when = coming && say.comesIn(coming.phase, coming.layer, coming.text);
      return unsuited([say.notYet(addressText(selected), t), when].join(" "));
    }
    const parameter = net.info.get(selected.tensor)?.role === "parameter";
    const origin = parameter ? say.unmoved : say.given;
    return html`<div class="explanation" data-doors>
      ${this.#explanation(explained, { net, frame, sample }, origin)}
    </div>`;
  }

  #explanation(explained: Explanation, seen: Seen, origin = ""): TemplateResult {
    const { kind, gradient, update } = explained;
    if (kind === "function") return applied(explained, seen);
    if (kind === "sum") return this.#summed(explained, seen);
    return html`
      ${update ? moved(update, explained.tensor, seen) : html`<p class="muted origin">${origin}</p>`}
      ${
        gradient
          ? html`<h2>${say.itsGradient(read(gradient, fromWire(gradient.value), seen.frame))}</h2>
              ${this.#explanation(gradient, seen)}`
          : nothing
      }
    `;
  }

  #summed(explained: Explanation, seen: Seen): TemplateResult {
    const terms = explained.terms ?? [];
    const formula = math(formulaOf(explained, nearest(terms, seen.sample)), true);
    const [only] = terms;
    if (terms.length < 2)
      return html`${formula} ${only ? product(only, seen.frame, explained.tensor) : nothing}`;
    const value = fromWire(explained.value);
    const total = read(explained, value, seen.frame);
    return html`${formula} ${this.#bars.draw(explained, terms, value, total, seen)}`;
  }
}

function applied(explained: Explanation, { frame }: Seen): TemplateResult {
  const { arguments: given, value, function: name } = explained;
  return html`
    ${math(formulaOf(explained, given ?? []), true)}
    <div class="term">
      <span class="function">${(name ?? "").replaceAll("_", " ")}</span>
      ${cards(given ?? [], frame, "")}
      <span class="result" data-makes=${explained.tensor}>= ${figure(fromWire(value))}</span>
    </div>
  `;
}

function moved({ rule, latex, terms, value, t }: Update, of: string, seen: Seen): TemplateResult {
  const factors = terms.flatMap((term) => term.factors);
  return html`
    <h2>${say.itsLastUpdate(html`<span class="muted">${say.ruleAt(rule, t)}</span>`)}</h2>
    ${math(marked(latex, symbolsOf(factors)), true)} ${terms.map((term) => product(term, seen.frame, of))}
    <p class="moved">
      ${figure(fromWire(value.before))} <span aria-label=${say.to}>→</span>
      <span data-makes=${of}>${figure(fromWire(value.after))}</span>
    </p>
  `;
}

/** The formula of a number, its own symbol and those of the factors leading to where they stand. */
function formulaOf(explained: Explanation, factors: readonly Factor[]): string {
  const [own = ""] = explained.latex.split(" = ");
  const itself = explained.latex === own ? [] : [{ symbol: own, address: explained }];
  return marked(explained.latex, [...itself, ...symbolsOf(factors)]);
}

/** All factors, those of the chosen example first. */
function nearest(terms: readonly Term[], sample: number): Factor[] {
  const own = terms.filter((term) => term.sample === sample);
  return [...own, ...terms].flatMap((term) => term.factors);
}
