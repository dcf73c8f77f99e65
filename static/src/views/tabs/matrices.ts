/**
 * The tick that is shown, as matrix algebra: each matrix with its shape as a table of its numbers. The row and the column
 * that make the cell which is looked at stand out; so one sees of what a product is made.
 */

import { html, nothing, type TemplateResult } from "lit";

import "../../../css/matrices.css";
import type { Algebra, Frame, Matrices, MatrixFactor, MatrixTerm } from "../../api/types.ts";
import {
  type Cell,
  chosenCell,
  type Grid,
  gridOf,
  type Part,
  partOf,
  productText,
  resultOf,
} from "../../core/matrices.ts";
import { lastTick, type Net } from "../../core/net.ts";
import { marked, type Symbol } from "../../core/symbols.ts";
import type { Question, Told } from "../../inquiry.ts";
import type { State } from "../../store.ts";
import * as say from "../../strings/matrices.ts";
import { gridView } from "../grid.ts";
import { math } from "../math.ts";
import type { Desk } from "../view.ts";
import { type TabMaker, unsuited, withoutAnswer } from "./tab.ts";

const BETWEEN = { product: "·", elementwise: "⊙", function: "," } as const;

/** What is drawn: the cell of the result about which large matrices are shown, and the one that stands out. */
interface Seen {
  readonly net: Net;
  readonly frame: Frame;
  readonly about: Cell | null;
  readonly cell: Cell | null;
}

export const matricesTab: TabMaker = (desk) => ({
  question: (state) => question(state, desk),
  draw: (state, told) => matrices(state, told as Told<Matrices>),
});

/** Most tensors stand in the frame; what an op makes of them, or what was before, has to be asked for. */
function question({ net, frame, t }: State, { session }: Desk): Question<Matrices> | null {
  const tick = net && lastTick(net, frame);
  const asked = tick?.matrix?.terms.some(({ factors }) => factors.some((one) => !isStored(one)));
  const { id } = session;
  return asked ? { topic: `matrices/${tick?.index}`, ask: (client) => client.matrices(id, t) } : null;
}

function isStored({ tensor, before }: MatrixFactor): boolean {
  return tensor !== null && !before;
}

function matrices({ net, frame, t, selected, lit }: State, told: Told<Matrices>): TemplateResult {
  if (!net || !frame) return html``;
  const tick = lastTick(net, frame);
  if (!tick) return unsuited(say.nothingYet);
  const { matrix } = tick;
  if (!matrix) return unsuited(say.noAlgebra(tick.layer, tick.text));
  if (told.refused !== null) return withoutAnswer(told);
  const answer = told.answer?.t === t ? told.answer.matrix : null;
  const result = gridFor(net, resultOf(net, matrix), frame, null);
  const [about, cell] = [chosenCell(result, frame, [selected]), chosenCell(result, frame, [lit, selected])];
  const seen = { net, frame, about, cell };
  return html`<div class="matrices">
    ${math(marked(tick.latex, symbolsIn(net, matrix)), true)}
    <p class="about-tab">${tick.text}</p>
    <div class="equation">
      ${figure(resultOf(net, matrix), result, seen, (at) => at)}
      ${matrix.terms.map((term, i) => termView(term, i, answer?.terms[i], seen))}
    </div>
    <p class="about-tab">${cell ? productText(result, cell, matrix.terms.find(isProduct)) : ""}</p>
  </div>`;
}

function isProduct({ operator }: MatrixTerm): boolean {
  return operator === "product";
}

function termView(term: MatrixTerm, place: number, told: MatrixTerm | undefined, seen: Seen): TemplateResult {
  const { operator, function: name, factors } = term;
  const first = html`${place ? "+" : "="} ${name ? html`${math(name)}(` : nothing}`;
  return html`${factors.map((factor, i) => {
    const grid = gridFor(seen.net, factor, seen.frame, told?.factors[i] ?? null);
    const part = (cell: Cell) => partOf(term, i, grid, cell);
    const closing = name && i === factors.length - 1;
    return html`<div class="joined">
      <span class="between">${i ? BETWEEN[operator] : first}</span>
      ${figure(factor, grid, seen, part)} ${closing ? html`<span class="between">)</span>` : nothing}
    </div>`;
  })}`;
}

/** Its numbers are the frame's, or the server's where they do not stand there. */
function gridFor(net: Net, factor: MatrixFactor, frame: Frame, told: unknown): Grid {
  const asked = told as { shape: number[]; values?: unknown } | null;
  const tensor = isStored(factor) ? frame.tensors[factor.tensor ?? ""] : asked;
  const shape = tensor?.shape ?? frame.tensors[factor.tensor ?? ""]?.shape ?? [1, 1];
  return gridOf(net, factor, shape, tensor?.values);
}

/** A matrix under its symbol and its shape. */
function figure(
  factor: MatrixFactor,
  grid: Grid,
  { frame, about, cell }: Seen,
  part: (cell: Cell) => Part,
): TemplateResult {
  const { symbol, text, transposed, before } = factor;
  const shape = `${grid.rows} × ${grid.columns}`;
  const whole = grid.tensor ?? text;
  const turned = transposed ? say.transposed(whole) : whole;
  const name = say.ofShape(before ? say.before(turned) : turned, shape);
  const latex = transposed ? `{${symbol}}^{\\top}` : symbol;
  const [wide, own] = [about && part(about), cell && part(cell)];
  const stop = { row: own?.row ?? 0, column: own?.column ?? 0 };
  return html`<figure class="matrix">
    <figcaption>${math(latex)} <span class="shape">${before ? say.shapeBefore(shape) : shape}</span></figcaption>
    ${gridView(grid, name, { frame, about: wide, part: own, stop })}
  </figure>`;
}

/** The tensors of the equation, each lit as a whole by its symbol. */
function symbolsIn(net: Net, matrix: Algebra): Symbol[] {
  const factors = [resultOf(net, matrix), ...matrix.terms.flatMap((term) => term.factors)];
  return factors.flatMap(({ symbol, tensor }) =>
    tensor === null ? [] : [{ symbol, address: { tensor, index: [] } }],
  );
}
