/**
 * The ways along which the selected number reaches the loss, strongest first: bars that add up to its gradient. The one
 * that is chosen is drawn on the network, and the product along it stands below, factor by factor.
 */

import { html, nothing, type TemplateResult } from "lit";

import "../../../css/paths.css";
import type { Factor, Frame, Path, Paths } from "../../api/types.ts";
import { barsOf } from "../../core/bars.ts";
import { batchOf, gradientOf, microBatches, type Net } from "../../core/net.ts";
import { type Address, addressText, counted, fromWire, lightsText, sign } from "../../core/numbers.ts";
import { exampleOf, pathNames, productsOf, startOf, type Trace, traceOf } from "../../core/paths.ts";
import type { Question, Told } from "../../inquiry.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/paths.ts";
import { barsView } from "../bars.ts";
import { doors, figure } from "../cards.ts";
import { math } from "../math.ts";
import { read } from "../number.ts";
import { styleMap } from "../styles.ts";
import type { Desk } from "../view.ts";
import { type Tab, type TabMaker, unsuited, withoutAnswer } from "./tab.ts";

const MOST_PATHS = 40;

export const pathsTab: TabMaker = (desk, redraw) => new PathsTab(desk, redraw);

class PathsTab implements Tab<Paths> {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  /** Which path is drawn, by the number that they are from. */
  #chosen = { from: "", place: 0 };
  /** Whether the paths through all examples are listed, or those through the one that is shown. */
  #whole = true;
  /** The path that was drawn last. */
  #drawn: { path: Path; trace: Trace } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
  }

  question(state: State): Question<Paths> | null {
    const { t, net, frame } = state;
    const start = this.#start(state);
    const gradient = net && start && gradientOf(net, start.tensor);
    if (!start || !gradient || !frame?.tensors[gradient]) return null;
    const sample = this.#whole || !this.#choice(state, start) ? null : state.sample;
    const { id } = this.#desk.session;
    return {
      topic: `paths/${addressText(start)}/${sample ?? "all"}`,
      ask: (client) => client.paths(id, start, t, MOST_PATHS, sample),
    };
  }

  draw(state: State, told: Told<Paths>): TemplateResult {
    const { net, t, frame } = state;
    const start = this.#start(state);
    if (!net || !start) return unsuited(say.chooseOne);
    const gradient = gradientOf(net, start.tensor) ?? "";
    if (!frame?.tensors[gradient]) return unsuited(say.notYet(gradient, t));
    return html`<div data-doors>
      <p class="about-tab">${say.about(addressText({ ...start, tensor: gradient }), addressText(start))}</p>
      ${this.#choice(state, start) ? this.#examples(state) : nothing}
      ${told.answer ? this.#listed(net, start, told.answer, state) : withoutAnswer(told)}
    </div>`;
  }

  drawn(_: HTMLElement, state: State, { answer }: Told<Paths>): void {
    const start = this.#start(state);
    const path = (answer && start && answer.paths[this.#place(start, answer)]) ?? null;
    if (path === (this.#drawn?.path ?? null)) return;
    this.#drawn = path && state.net ? { path, trace: traceOf(state.net, path) } : null;
    this.#desk.store.set({ traced: this.#drawn?.trace ?? null });
  }

  left(): void {
    this.#drawn = null;
    this.#desk.store.set({ traced: null });
  }

  #start({ net, selected }: State): Address | null {
    return net && selected && startOf(net, selected);
  }

  /** Whether one example of several can be chosen: a unit's number belongs to one, and so does a micro-batch's. */
  #choice({ net, frame }: State, start: Address): boolean {
    const batch = batchOf(net, frame);
    return (
      net !== null && batch > 1 && microBatches(net) === 1 && net.info.get(start.tensor)?.role === "parameter"
    );
  }

  #examples({ sample }: State): TemplateResult {
    const choose = (whole: boolean) => () => {
      this.#whole = whole;
      this.#redraw();
    };
    const choice = (name: string, whole: boolean) =>
      html`<label
        ><input type="radio" name="through" .checked=${this.#whole === whole} @change=${choose(whole)} /><span
          >${name}</span
        ></label
      >`;
    return html`<div class="languages" role="radiogroup" aria-label=${say.through}>
      ${choice(say.allExamples, true)}${choice(common.example(sample), false)}
    </div>`;
  }

  #place(start: Address, { paths }: Paths): number {
    const { from, place } = this.#chosen;
    return from === addressText(start) && place < paths.length ? place : 0;
  }

  #listed(net: Net, start: Address, answer: Paths, state: State): TemplateResult {
    const { paths, count, rest, sum } = answer;
    const place = this.#place(start, answer);
    const chosen = paths[place];
    const names = pathNames(net, paths);
    const share = !this.#whole && this.#choice(state, start);
    const gradient = { tensor: gradientOf(net, start.tensor) ?? "", index: start.index };
    const bars = barsOf(
      paths.map((path) => fromWire(path.value)),
      fromWire(sum),
      { count: BigInt(count) - BigInt(paths.length), value: fromWire(rest) },
    );
    const total = share
      ? figure(fromWire(answer.value))
      : read(gradient, fromWire(answer.value), state.frame);
    return html`${barsView({
      name: say.title,
      of: say.paths,
      bars,
      row: (i) => ({ label: names[i] ?? "" }),
      manner: "choose",
      pressed: new Set([place]),
      press: (i) => this.#choose(net, start, paths, i),
      total,
    })}
    ${bars.rest ? nothing : html`<p class="muted bars-said">${all(count)}</p>`}
    ${chosen ? productAlong(chosen, state.frame) : nothing}`;
  }

  /** Choose a path, and have the units show its example. */
  #choose(net: Net, start: Address, paths: readonly Path[], place: number): void {
    this.#chosen = { from: addressText(start), place };
    const example = paths[place] ? exampleOf(net, paths[place]) : null;
    const { session, store } = this.#desk;
    if (this.#whole && example !== null && example !== store.state.sample && microBatches(net) === 1)
      void session.choose(example);
    this.#redraw();
  }
}

function all(count: string): string {
  return count === "1" ? say.only : say.allHere(counted(BigInt(count)));
}

/** The factors of a path on the way back from the loss, and what has become of the gradient after each. */
function productAlong({ factors }: Path, frame: Frame | null): TemplateResult {
  const products = productsOf(factors);
  const most = Math.max(...products.map(Math.abs).filter(Number.isFinite), 0);
  return html`<table class="along">
    <caption>
      ${say.product}
    </caption>
    <thead>
      <tr>
        <th scope="col">${say.factor}</th>
        <th scope="col">${say.value}</th>
        <th scope="col">${say.soFar}</th>
      </tr>
    </thead>
    <tbody>
      ${factors.map((factor, i) => along(factor, i, products[i] ?? NaN, most, frame))}
    </tbody>
  </table>`;
}

function along(
  factor: Factor,
  i: number,
  product: number,
  most: number,
  frame: Frame | null,
): TemplateResult {
  const { tensor, index, value, symbol, text, reads } = factor;
  const address = tensor === null ? null : { tensor, index: index ?? [] };
  const share = Number.isFinite(product) && most > 0 ? Math.abs(product) / most : 0;
  return html`<tr data-lights=${address ? lightsText(address) : nothing}>
    <th scope="row">
      <div class="factor">
        <span class="times" aria-hidden="true">${i ? "×" : ""}</span>${math(symbol)}
        <span class="what">${address ? html`<code>${addressText(address)}</code>` : html`${text} ${doors(reads ?? [])}`}</span>
      </div>
    </th>
    <td>${address ? read(address, fromWire(value), frame) : figure(fromWire(value))}</td>
    <td class="so-far">
      ${figure(product)}<i class="bar ${sign(product)}" style=${styleMap({ width: `${(100 * share).toFixed(1)}%` })}></i>
    </td>
  </tr>`;
}
