/**
 * The selected gradient, or all of them, held against the loss itself: the slope that the forward pass alone shows, by
 * central difference and by complex step, and how the error of the difference depends on its step size.
 */

import { html, nothing, type TemplateResult } from "lit";
import type uPlot from "uplot";

import "../../../css/check.css";
import type { GradientCheck, TensorCheck } from "../../api/types.ts";
import {
  type Checks,
  curveOf,
  indexOf,
  isSmall,
  LEAST,
  numbersAt,
  ownError,
  type Row,
  rowsOf,
} from "../../core/checks.ts";
import { gradientOf, parameterOf } from "../../core/net.ts";
import {
  type Address,
  addressText,
  DASH,
  fromWire,
  full,
  sameAddress,
  short,
  valueAt,
} from "../../core/numbers.ts";
import type { Question, Told } from "../../inquiry.ts";
import type { State } from "../../store.ts";
import type { Sheet } from "../../core/sheet.ts";
import * as say from "../../strings/check.ts";
import { tableOf } from "../charts/table.ts";
import { number } from "../number.ts";
import { onTheme } from "../theme.ts";
import type { Desk } from "../view.ts";
import { errorPlot } from "./errorplot.ts";
import { type Tab, type TabMaker, unsuited, withoutAnswer } from "./tab.ts";

export const checkTab: TabMaker = (desk, redraw) => new CheckTab(desk, redraw);

class CheckTab implements Tab<Checks> {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  #all = false;
  #plot: { drawn: uPlot; of: TensorCheck; width: number; element: HTMLElement; stop: () => void } | null =
    null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
  }

  question(state: State): Question<Checks> | null {
    const gradient = gradientIn(state);
    const { t, playing } = state;
    if (playing || (!gradient && !this.#all)) return null;
    const { id } = this.#desk.session;
    const asked = this.#all ? null : gradient;
    const tensors = asked && [asked.tensor];
    const index = asked && asked.index;
    return {
      topic: `check/${asked ? addressText(asked) : "all"}`,
      ask: async (client) => ({
        central: await client.checkGradients(id, "central_difference", tensors, index, t),
        complex: await client.checkGradients(id, "complex_step", tensors, index, t),
      }),
    };
  }

  draw(state: State, told: Told<Checks>): TemplateResult {
    return html`${this.#choice()} ${this.#checked(state, told)}`;
  }

  drawn(panel: HTMLElement, state: State, { answer }: Told<Checks>): void {
    const element = panel.querySelector<HTMLElement>(".error-plot");
    const check = answer && element ? (rowOf(answer, gradientIn(state))?.central ?? null) : null;
    if (!element || !check) return this.left();
    const width = element.clientWidth;
    const now = this.#plot;
    if (now?.of === check && now.width === width && now.element === element) return;
    this.left();
    const { h, relative } = curveOf(check);
    const drawn = errorPlot(element, h, relative, check.h);
    this.#plot = { drawn, of: check, width, element, stop: onTheme(() => drawn.redraw(false)) };
  }

  left(): void {
    this.#plot?.stop();
    this.#plot?.drawn.destroy();
    this.#plot = null;
  }

  #choice(): TemplateResult {
    const option = (label: string, all: boolean) =>
      html`<label
        ><input
          type="radio"
          name="checked"
          .checked=${this.#all === all}
          @change=${() => {
            this.#all = all;
            this.#redraw();
          }}
        /><span>${label}</span></label
      >`;
    return html`<div class="languages" role="radiogroup" aria-label=${say.whatIsChecked}>
      ${option(say.selected, false)}${option(say.allGradients, true)}
    </div>`;
  }

  #checked(state: State, told: Told<Checks>): TemplateResult {
    const gradient = gradientIn(state);
    if (!gradient && !this.#all) return unsuited(say.chooseOne);
    if (state.playing) return unsuited(say.whenPaused);
    const { answer } = told;
    if (!answer) return withoutAnswer(told);
    const { central } = answer;
    if (central.reason && !central.tensors.length) return unsuited(central.reason);
    return this.#all ? all(answer) : one(state, answer, gradient);
  }
}

/** The gradient of the selected number's parameter, at its index. */
function gradientIn({ net, selected }: State): Address | null {
  const parameter = net && selected && parameterOf(net, selected.tensor);
  const tensor = net && parameter ? gradientOf(net, parameter) : null;
  return tensor && selected ? { tensor, index: selected.index } : null;
}

function rowOf(checks: Checks, gradient: Address | null): Row | undefined {
  return rowsOf(checks).find(({ tensor }) => tensor === gradient?.tensor);
}

function one({ frame }: State, checks: Checks, gradient: Address | null): TemplateResult {
  const row = rowOf(checks, gradient);
  if (!row || !gradient) return html``;
  const address = { ...gradient, index: indexOf(row, gradient.index) };
  const { analytic, central, complex } = numbersAt(row, address.index);
  const other = !sameAddress(address, gradient);
  const here = valueAt(frame ?? undefined, address);
  const recorded = here !== null && here === analytic ? number(address, here) : figure(analytic);
  return html`<p class="about-tab">${say.about(addressText(address), checks.central.step)}</p>
    ${other ? html`<p class="about-tab">${say.another(addressText(gradient))}</p>` : nothing}
    <table class="checked">
      <tbody>
        ${line(say.backwardPass, recorded)} ${line(say.centralDifference, figure(central), missing(row.central, central))}
        ${line(say.complexStep, figure(complex), checks.complex.reason ?? missing(row.complex, complex))}
      </tbody>
    </table>
    ${errors(row, checks)}
    <h2>${say.errorOverStepSize}</h2>
    <div class="error-plot" role="img" aria-label=${curveText(row.central)}></div>
    <details>
      <summary>${say.tableOfErrors}</summary>
      ${tableOf(curveSheet(row.central))}
    </details>
    <p class="about-tab">${say.whichStepSize(short(row.central?.h ?? NaN))}</p>`;
}

/** Why a method has no slope for a number, where it has compared others. */
function missing(check: TensorCheck | null, value: number | null): string | null {
  if (!check || value !== null) return null;
  return check.checked > check.pairs.length ? say.notListed : say.atAKink;
}

/** The errors of a whole tensor, by method. */
function errors({ tensor, central, complex }: Row, checks: Checks): TemplateResult {
  const small = isSmall(central) || isSmall(complex);
  const said = (check: TensorCheck | null, { tolerance }: GradientCheck) =>
    check
      ? html`<span data-verdict=${check.verdict}>${sentence(check, tolerance)}</span> ${
          check.skipped
            ? html`<span class="muted">${say.skipped(check.skipped, check.entries)}</span>`
            : nothing
        }`
      : DASH;
  return html`<h2>${small ? say.errorOfSmall(tensor, short(LEAST)) : say.relativeErrorOf(tensor)}</h2>
    ${small ? html`<p class="about-tab">${say.whySmall(short(LEAST))}</p>` : nothing}
    <table class="checked">
      <tbody>
        ${line(say.centralDifference, html`${relative(central)} ${said(central, checks.central)}`)}
        ${line(say.complexStep, html`${relative(complex)} ${said(complex, checks.complex)}`)}
      </tbody>
    </table>`;
}

/** The verdict in words, which certify no gradient that is too small to be measured. */
function sentence(check: TensorCheck, tolerance: number): unknown {
  const error = ownError(check, tolerance);
  if (error === null) return say.VERDICTS[check.verdict];
  return html`${say.equalBy(short(LEAST))}${error < 1 ? say.ownError(short(error)) : say.nothingShown}`;
}

function all(checks: Checks): TemplateResult {
  const { central, complex } = checks;
  const some = [central, complex].some(({ tensors, tolerance }) =>
    tensors.some((check) => ownError(check, tolerance) !== null),
  );
  return html`<p class="check-verdict">${say.verdicts(verdict(central), verdict(complex))} ${complex.reason ?? ""}</p>
    <table class="checked every">
      <thead>
        <tr><th scope="col">${say.gradient}</th><th scope="col">${say.central}</th><th scope="col">${say.complex}</th></tr>
      </thead>
      <tbody>
        ${rowsOf(checks).map(
          ({ tensor, central, complex }) =>
            html`<tr data-checks=${tensor}>
              <th scope="row"><code>${tensor}</code></th>
              <td>${relative(central)} ${word(central, checks.central)}</td>
              <td>${relative(complex)} ${word(complex, checks.complex)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
    ${some ? html`<p class="about-tab">${say.whatEqualBy(short(LEAST))}</p>` : nothing}`;
}

function verdict({ verdict }: GradientCheck): TemplateResult {
  return html`<b data-verdict=${verdict}>${verdict.replaceAll("_", " ")}</b>`;
}

function word(check: TensorCheck | null, { tolerance }: GradientCheck): TemplateResult | typeof nothing {
  if (!check) return nothing;
  const said = ownError(check, tolerance) === null ? check.verdict : say.equalBy(short(LEAST));
  return html`<span class="muted" data-verdict=${check.verdict}>${said}</span>`;
}

function line(label: string, content: unknown, reason: string | null = null): TemplateResult {
  return html`<tr>
    <th scope="row">${label}${reason ? html` <span class="muted">${reason}</span>` : nothing}</th>
    <td>${content}</td>
  </tr>`;
}

function figure(value: number | null): TemplateResult {
  return value === null
    ? html`<b class="digits">${DASH}</b>`
    : html`<b class="digits" data-figure=${full(value)} title=${full(value)}>${short(value)}</b>`;
}

function relative(check: TensorCheck | null): TemplateResult {
  return figure(check?.relative == null ? null : fromWire(check.relative));
}

function curveSheet(check: TensorCheck | null): Sheet {
  const { h, relative } = curveOf(check);
  const rows = h.map((one, i) => [one, relative[i] ?? null]);
  return { columns: [say.stepSize, say.relativeError], rows, of: say.stepSizes };
}

function curveText(check: TensorCheck | null): string {
  const { h, relative } = curveOf(check);
  const said = h.map((one, i) => `${short(one)}: ${short(relative[i] ?? NaN)}`);
  return say.spokenCurve(said.join(", "));
}
