/**
 * The selected gradient, or all of them, held against the loss itself: the slope that the forward pass alone shows, by
 * central difference and by complex step, and how the error of the difference depends on its step size.
 */

import { html, nothing, type TemplateResult } from "lit";
import type uPlot from "uplot";

import "../../../css/check.css";
import type { TensorCheck } from "../../api/types.ts";
import { type Checks, curveOf, indexOf, numbersAt, type Row, rowsOf, VERDICTS } from "../../core/checks.ts";
import { gradientOf, parameterOf } from "../../core/net.ts";
import { type Address, addressText, DASH, fromWire, full, short, valueAt } from "../../core/numbers.ts";
import type { Question, Told } from "../../inquiry.ts";
import type { State } from "../../store.ts";
import type { Sheet } from "../../core/sheet.ts";
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
      topic: `check of ${tensors?.[0] ?? "all"}`,
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
    return html`<div class="languages" role="radiogroup" aria-label="What is checked">
      ${option("Selected", false)}${option("All gradients", true)}
    </div>`;
  }

  #checked(state: State, told: Told<Checks>): TemplateResult {
    const gradient = gradientIn(state);
    if (!gradient && !this.#all)
      return unsuited("The gradients of weights and biases are checked: choose one.");
    if (state.playing) return unsuited("Gradients are checked when the page pauses.");
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
  return html`<p class="about-tab">
      The gradient <code>${addressText(address)}</code> of step ${checks.central.step}, beside the slope of the loss when
      the weight is moved a little: only the forward pass is used.
    </p>
    <table class="checked">
      <tbody>
        ${line("backward pass (analytic)", recorded)} ${line("central difference", figure(central))}
        ${line("complex step", figure(complex), checks.complex.reason)}
      </tbody>
    </table>
    ${errors(row)}
    <h2>Error over step size</h2>
    <div class="error-plot" role="img" aria-label=${curveText(row.central)}></div>
    <details>
      <summary>Table of the errors</summary>
      ${tableOf(curveSheet(row.central))}
    </details>
    <p class="about-tab">
      A large step sees the bend of the loss, a small one loses digits to rounding; ${short(row.central?.h ?? NaN)} is the
      steadiest. The complex step subtracts nothing, so it has no such limit.
    </p>`;
}

/** The errors of a whole tensor, by method. */
function errors({ tensor, central, complex }: Row): TemplateResult {
  const said = (check: TensorCheck | null) =>
    check
      ? html`<span data-verdict=${check.verdict}>${VERDICTS[check.verdict]}</span> ${
          check.skipped
            ? html`<span class="muted">(${check.skipped} of ${check.entries} skipped at a kink)</span>`
            : nothing
        }`
      : DASH;
  return html`<h2>Relative error of ${tensor}</h2>
    <table class="checked">
      <tbody>
        ${line("central difference", html`${relative(central)} ${said(central)}`)}
        ${line("complex step", html`${relative(complex)} ${said(complex)}`)}
      </tbody>
    </table>`;
}

function all(checks: Checks): TemplateResult {
  const { central, complex } = checks;
  return html`<p class="verdict">
      By central differences <b data-verdict=${central.verdict}>${central.verdict.replaceAll("_", " ")}</b>, by complex
      step <b data-verdict=${complex.verdict}>${complex.verdict.replaceAll("_", " ")}</b>.
      ${complex.reason ?? ""}
    </p>
    <table class="checked every">
      <thead>
        <tr><th scope="col">gradient</th><th scope="col">central</th><th scope="col">complex</th></tr>
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
  return { columns: ["step size", "relative error"], rows, of: "step sizes" };
}

function curveText(check: TensorCheck | null): string {
  const { h, relative } = curveOf(check);
  const said = h.map((one, i) => `${short(one)}: ${short(relative[i] ?? NaN)}`);
  return `Relative error by step size. ${said.join(", ")}`;
}
