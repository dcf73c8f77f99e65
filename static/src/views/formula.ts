/** How the selected number came to be: the formula, and every factor as a card that leads to where it stands. */

import { html, nothing, type TemplateResult } from "lit";

import type { Explanation, Factor, Frame, Term, Update } from "../api/types.ts";
import { addressText, fromWire, short, sign } from "../core/numbers.ts";
import type { State } from "../store.ts";
import { math } from "./math.ts";
import { read } from "./number.ts";

const MOST_TERMS = 16;

export function formulaPanel({ explained, selected, net, t, frame }: State): TemplateResult {
  if (!selected || !net) return html`<p class="muted">Choose a number to see how it came to be.</p>`;
  if (!explained) {
    const coming = net.schedule.find((tick) => tick.writes.includes(selected.tensor));
    return html`<p class="muted waiting-for">
      ${addressText(selected)} is not computed yet at t = ${t}.
      ${coming ? html`It comes in the ${coming.phase} phase, in ${coming.layer}: ${coming.text}.` : nothing}
    </p>`;
  }
  const parameter = net.info.get(selected.tensor)?.role === "parameter";
  const origin = parameter
    ? "No update has moved it: a starting value, or one that was set."
    : "Given: it comes with the data.";
  return html`<div class="explanation">${explanation(explained, frame, origin)}</div>`;
}

function explanation(explained: Explanation, frame: Frame | null, origin = ""): TemplateResult {
  const { kind, gradient, update } = explained;
  if (kind === "function") return applied(explained, frame);
  if (kind === "sum") return summed(explained.latex, explained.terms ?? [], fromWire(explained.value), frame);
  return html`
    ${update ? moved(update, frame) : html`<p class="muted given">${origin}</p>`}
    ${
      gradient
        ? html`<h2>Its gradient</h2>
            ${explanation(gradient, frame)}`
        : nothing
    }
  `;
}

function applied(
  { latex, arguments: given, value, function: name }: Explanation,
  frame: Frame | null,
): TemplateResult {
  return html`
    ${math(latex, true)}
    <div class="term">
      <span class="function">${(name ?? "").replaceAll("_", " ")}</span>
      <div class="factors">${(given ?? []).map((factor) => card(factor, frame))}</div>
      <span class="result">= ${figure(fromWire(value))}</span>
    </div>
  `;
}

function moved({ rule, latex, terms, value, t }: Update, frame: Frame | null): TemplateResult {
  return html`
    <h2>Its last update <span class="muted">${rule}, at t = ${t}</span></h2>
    ${math(latex, true)} ${terms.map((term) => product(term, false, 0, frame))}
    <p class="moved">
      ${figure(fromWire(value.before))} <span aria-label="to">→</span> ${figure(fromWire(value.after))}
    </p>
  `;
}

function summed(latex: string, terms: readonly Term[], value: number, frame: Frame | null): TemplateResult {
  const many = terms.length > 1;
  const most = Math.max(...terms.map((term) => Math.abs(fromWire(term.value))).filter(Number.isFinite), 0);
  return html`
    ${math(latex, true)} ${terms.slice(0, MOST_TERMS).map((term) => product(term, many, most, frame))}
    ${
      terms.length > MOST_TERMS
        ? html`<p class="muted">
            and ${terms.length - MOST_TERMS} more terms, which come to
            ${short(terms.slice(MOST_TERMS).reduce((sum, term) => sum + fromWire(term.value), 0))}
          </p>`
        : nothing
    }
    ${many ? html`<p class="sum">sum of ${terms.length} terms = ${figure(value)}</p>` : nothing}
  `;
}

/** One term: its factors side by side, and their product; among several also as a signed bar. */
function product(term: Term, many: boolean, most: number, frame: Frame | null): TemplateResult {
  const value = fromWire(term.value);
  const share = most > 0 && Number.isFinite(value) ? Math.abs(value) / most : 0;
  return html`<div class="term">
    ${many && term.sample !== null ? html`<span class="sample">example ${term.sample}</span>` : nothing}
    <div class="factors">
      ${term.factors.map((factor, i) => html`${i ? html`<span class="times">×</span>` : nothing}${card(factor, frame)}`)}
    </div>
    <span class="result">= ${figure(value)}</span>
    ${many ? html`<span class="bar ${sign(value)}" style="--share: ${share}" aria-hidden="true"></span>` : nothing}
  </div>`;
}

/** A factor: its symbol, its value, and where it comes from. A stored one is a link to its number. */
function card(factor: Factor, frame: Frame | null): TemplateResult {
  const value = fromWire(factor.value);
  if (factor.tensor !== null) {
    const address = { tensor: factor.tensor, index: factor.index ?? [] };
    const place = address.index.length ? `[${address.index.join(",")}]` : "";
    return html`<div class="card">
      ${symbol(factor)}${read(address, value, frame)}<code>${breakable(address.tensor)}${place}</code>
    </div>`;
  }
  const same = factor.formula === factor.symbol;
  return html`<div class="card had" title=${(factor.reads ?? []).join(", ")}>
    ${symbol(factor)}${figure(value)}<span class="how"
      >${same ? factor.text : html`${factor.text} ${math(factor.formula ?? "")}`}</span
    >
  </div>`;
}

function symbol(factor: Factor): TemplateResult {
  return math(`\\displaystyle ${factor.symbol}`);
}

/** A tensor's name, which may go on in the next line behind its layer. */
function breakable(tensor: string): TemplateResult {
  const [layer, letter] = tensor.split(".");
  return html`${layer}.<wbr />${letter}`;
}

function figure(value: number): TemplateResult {
  return html`<b class="digits ${sign(value)}" title=${String(value)}>${short(value)}</b>`;
}
