/**
 * The last update of the selected weight, opened: its gradient as a sum, the numbers on the way to the update, what each
 * term of it adds, and beside it what plain gradient descent would have done.
 */

import { html, nothing, type TemplateResult } from "lit";

import "../../../css/optimizer.css";
import type { Explanation, Update } from "../../api/types.ts";
import { barsOf } from "../../core/bars.ts";
import { batchOf, dividedBy, gradientOf, parameterOf } from "../../core/net.ts";
import { type Address, addressText, fromWire, full, sign, signed, valueAt } from "../../core/numbers.ts";
import { compared, type Share, sharesOf, type Stage, stagesOf, sumOf } from "../../core/updates.ts";
import { marked, symbolsOf } from "../../core/symbols.ts";
import type { Question, Told } from "../../inquiry.ts";
import type { State } from "../../store.ts";
import { ruleAt, to } from "../../strings/formula.ts";
import * as say from "../../strings/optimizer.ts";
import { barsView, barTrack } from "../bars.ts";
import { doors, figure } from "../cards.ts";
import { math } from "../math.ts";
import { number, read } from "../number.ts";
import { styleMap } from "../styles.ts";
import { product, type Seen, TermBars } from "../terms.ts";
import type { Desk } from "../view.ts";
import { type Tab, type TabMaker, unsuited, withoutAnswer } from "./tab.ts";

/** A weight as it is explained, and the gradient that its last update took. */
interface Moved {
  readonly weight: Explanation;
  readonly gradient: Explanation | null;
}

export const optimizerTab: TabMaker = (desk, redraw) => new OptimizerTab(desk, redraw);

class OptimizerTab implements Tab<Moved> {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #examples: TermBars;
  readonly #parts: TermBars;
  /** Which micro-batches are open. */
  #micros: ReadonlySet<number> = new Set();

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#examples = new TermBars(redraw);
    this.#parts = new TermBars(redraw);
  }

  question(state: State): Question<Moved> | null {
    const weight = weightOf(state);
    const { net, t } = state;
    const gradient = net && weight && gradientOf(net, weight.tensor);
    if (!weight || !gradient) return null;
    const { id } = this.#desk.session;
    return {
      topic: `update/${addressText(weight)}`,
      ask: async (client) => {
        const told = await client.explanation(id, weight, t);
        const taken = told.update && { tensor: gradient, index: weight.index };
        return {
          weight: told,
          gradient: taken ? await client.explanation(id, taken, told.update?.t ?? t) : null,
        };
      },
    };
  }

  draw(state: State, told: Told<Moved>): TemplateResult {
    const { net, frame, sample } = state;
    const weight = weightOf(state);
    if (!net || !weight) return unsuited(say.chooseOne);
    const name = addressText(weight);
    const coming = net.schedule.some(({ writes }) => writes.at(-1) === weight.tensor);
    if (!coming) return unsuited(say.frozen(name));
    if (!told.answer) return withoutAnswer(told);
    const { update } = told.answer.weight;
    if (!update) return unsuited(say.notYet(name));
    const seen = { net, frame, sample };
    return html`<div class="optimizer" data-doors>
      ${this.#gradient(told.answer.gradient, state, seen)}
      <h2>${say.way}</h2>
      ${way(update, seen)}
      <h2>${say.theUpdate}</h2>
      ${this.#update(weight, update, seen)}
      <h2>${say.besidePlain}</h2>
      ${beside(update)}
    </div>`;
  }

  /** The gradient as the sum of what examples, or micro-batches and in each its examples, add to it. */
  #gradient(gradient: Explanation | null, { spec, frame, net }: State, seen: Seen) {
    const terms = gradient?.terms ?? [];
    if (!gradient || terms.length < 2) return nothing;
    const value = fromWire(gradient.value);
    const total = read(gradient, value, frame);
    const shares = sharesOf(terms);
    const batch = batchOf(net, frame);
    const divided = dividedBy(spec, batch);
    return html`<h2>${say.theGradient(total)}</h2>
      ${divided ? html`<p class="about-tab">${say.aMean(divided)}</p>` : nothing}
      ${
        shares.length > 1
          ? this.#shares(gradient, shares, total, seen)
          : this.#examples.draw(gradient, terms, value, total, seen, false)
      }`;
  }

  #shares(
    gradient: Explanation,
    shares: readonly Share[],
    total: TemplateResult,
    seen: Seen,
  ): TemplateResult {
    const press = (place: number) => {
      const open = new Set(this.#micros);
      if (!open.delete(place)) open.add(place);
      this.#micros = open;
      this.#redraw();
    };
    return html`<p class="about-tab">${say.addedUp(shares.length)}</p>
      ${barsView({
        name: say.titleOfMicroBatches,
        of: say.microBatches,
        bars: barsOf(
          shares.map(({ value }) => value),
          fromWire(gradient.value),
        ),
        row: (place) => ({
          label: say.microBatch(shares[place]?.micro ?? place),
          detail: this.#examplesOf(gradient, shares[place], seen),
        }),
        manner: "open",
        pressed: this.#micros,
        press,
        total,
      })}`;
  }

  #examplesOf(gradient: Explanation, share: Share | undefined, seen: Seen): TemplateResult | null {
    if (!share || share.terms.length < 2) return null;
    return this.#examples.draw(gradient, share.terms, share.value, figure(share.value), seen, false);
  }

  #update(weight: Address, update: Update, seen: Seen): TemplateResult {
    const { terms, latex, value, rule, t } = update;
    const of = updateOf(seen.net, weight);
    const [before, after] = [fromWire(value.before), fromWire(value.after)];
    const change = sumOf(terms);
    // Of an earlier step the sum is all that is known.
    const stored = of && valueAt(seen.frame ?? undefined, of);
    const total = of && stored !== null ? number(of, stored) : figure(change);
    const [only] = terms;
    const made =
      terms.length === 1 && only
        ? html`${product(only, seen.frame)}<p class="result">= ${total}</p>`
        : this.#parts.draw(of ?? weight, terms, change, total, seen);
    return html`${math(marked(latex, symbolsOf(terms.flatMap(({ factors }) => factors))), true)}
      ${made}
      <p class="moved">
        ${figure(before)} <span aria-label=${to}>→</span> <span data-makes=${weight.tensor}>${figure(after)}</span>
        <span class="muted">${ruleAt(rule.replaceAll("_", " "), t)}</span>
      </p>`;
  }
}

function weightOf({ net, selected }: State): Address | null {
  const tensor = net && selected && parameterOf(net, selected.tensor);
  return tensor ? { tensor, index: selected.index } : null;
}

/** The update of a weight as a number of its tensor. */
function updateOf(net: Seen["net"], { tensor, index }: Address): Address | null {
  const tick = net.schedule.find(({ phase, writes }) => phase === "update" && writes.at(-1) === tensor);
  return tick?.writes[0] ? { tensor: tick.writes[0], index } : null;
}

function way(update: Update, { frame }: Seen): TemplateResult {
  return html`<table class="stages">
    <thead class="sr-only">
      <tr>
        <th scope="col">${say.number}</th>
        <th scope="col">${say.before}</th>
        <th scope="col">${say.value}</th>
      </tr>
    </thead>
    <tbody>
      ${stagesOf(update).map((stage) => row(stage, frame))}
    </tbody>
  </table>`;
}

function row({ factor, before }: Stage, frame: Seen["frame"]): TemplateResult {
  const { tensor, index, symbol, text, formula, reads, value: wire } = factor;
  const value = fromWire(wire);
  const address = tensor === null ? null : { tensor, index: index ?? [] };
  const how = formula && formula !== symbol ? math(formula) : nothing;
  // Where there is nothing before, how the number is had may take that room.
  return html`<tr>
    <th scope="row" colspan=${before === null ? 2 : 1}>
      <div class="factor">
        ${math(symbol)}<span class="what">${text} ${how} ${address ? nothing : doors(reads ?? [])}</span>
      </div>
    </th>
    ${before === null ? nothing : html`<td>${figure(before)} <span aria-hidden="true">→</span></td>`}
    <td>${address ? read(address, value, frame) : figure(value)}</td>
  </tr>`;
}

/** What the optimizer did, and as a ghost what plain gradient descent would have done, on one scale. */
function beside({ terms, plain: wire, rule }: Update): TemplateResult {
  const own = sumOf(terms);
  const plain = fromWire(wire);
  const { zero, own: bars } = barsOf([own, plain], 0);
  const [mine, ghost] = bars;
  return html`<div class="bars beside" style=${styleMap({ "--zero": `${100 * zero}%` })}>
      ${mine ? side(rule.replaceAll("_", " "), mine) : nothing} ${ghost ? side(say.plain, ghost, "ghost") : nothing}
    </div>
    <p class="muted">${compared(own, plain)}</p>`;
}

function side(label: string, bar: Parameters<typeof barTrack>[0], kind = ""): TemplateResult {
  return html`<p class="bar-row ${kind}" data-value=${full(bar.value)}>
    <span class="bar-label">${label}</span>${barTrack(bar)}<b class="bar-digits digits ${sign(bar.value)}"
      >${signed(bar.value)}</b
    >
  </p>`;
}
