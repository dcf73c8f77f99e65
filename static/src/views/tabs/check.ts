/**
 * The selected gradient, or all of them, held against the loss itself: the slope that the forward pass alone shows, by
 * central difference and by complex step, and how the error of the difference depends on its step size.
 */

import { html, nothing, type TemplateResult } from "lit";
import type uPlot from "uplot";

import "../../../css/check.css";
import type { GradientCheck, TensorCheck } from "../../api/types.ts";
import { type Checks, curveOf, indexOf, numbersAt, type Row, rowsOf } from "../../core/checks.ts";
import { gradientOf, parameterOf } from "../../core/net.ts";
import { type Address, addressText, DASH, fromWire, full, short, valueAt } from "../../core/numbers.ts";
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
    const tensors = this.#all || !gradient ? null : [gradient.tensor];
    return {
      topic: `check/${tensors?.[0] ?? "all"}`,
      ask: async (client) => ({
        central: await client.checkGradients(id, "central_difference", tensors, t),
        complex: await client.checkGradients(id, "complex_step", tensors, t),
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
  const here = valueAt(frame ?? undefined, address);
  const recorded = here !== null && here === analytic ? number(address, here) : figure(analytic);
  return html`<p class="about-tab">${say.about(addressText(address), checks.central.step)}</p>
    <table class="checked">
      <tbody>
        ${line(say.backwardPass, recorded)} ${line(say.centralDifference, figure(central))}
        ${line(say.complexStep, figure(complex), checks.complex.reason)}
      </tbody>
    </table>
    ${errors(row)}
    <h2>${say.errorOverStepSize}</h2>
    <div class="error-plot" role="img" aria-label=${curveText(row.central)}></div>
    <details>
      <summary>${say.tableOfErrors}</summary>
      ${tableOf(curveSheet(row.central))}
    </details>
    <p class="about-tab">${say.whichStepSize(short(row.central?.h ?? NaN))}</p>`;
}

/** The errors of a whole tensor, by method. */
function errors({ tensor, central, complex }: Row): TemplateResult {
  const said = (check: TensorCheck | null) =>
    check
      ? html`<span data-verdict=${check.verdict}>${say.VERDICTS[check.verdict]}</span> ${
          check.skipped
            ? html`<span class="muted">${say.skipped(check.skipped, check.entries)}</span>`
            : nothing
        }`
      : DASH;
  return html`<h2>${say.relativeErrorOf(tensor)}</h2>
    <table class="checked">
      <tbody>
        ${line(say.centralDifference, html`${relative(central)} ${said(central)}`)}
        ${line(say.complexStep, html`${relative(complex)} ${said(complex)}`)}
      </tbody>
    </table>`;
}

function all(checks: Checks): TemplateResult {
  const { central, complex } = checks;
  return html`<p class="verdict">${say.verdicts(verdict(central), verdict(complex))} ${complex.reason ?? ""}</p>
    <table class="checked every">
      <thead>
        <tr><th scope="col">${say.gradient}</th><th scope="col">${say.central}</th><th scope="col">${say.complex}</th></tr>
      </thead>
      <tbody>
        ${rowsOf(checks).map(
          ({ tensor, central, complex }) =>
            html`<tr data-checks=${tensor}>
              <th scope="row"><code>${tensor}</code></th>
              <td>${relative(central)} ${word(central)}</td>
              <td>${relative(complex)} ${word(complex)}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}

function verdict({ verdict }: GradientCheck): TemplateResult {
  return html`<b data-verdict=${verdict}>${verdict.replaceAll("_", " ")}</b>`;
}

function word(check: TensorCheck | null): TemplateResult | typeof nothing {
  return check ? html`<span class="muted" data-verdict=${check.verdict}>${check.verdict}</span>` : nothing;
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
