/** A sum as signed bars from a common zero. Each is a button: it shows the numbers of its term, or chooses it. */

import { html, nothing, type TemplateResult } from "lit";

import { type Bar, type Bars, MOST_BARS } from "../core/bars.ts";
import { type Address, counted, full, lightsText, sign, signed } from "../core/numbers.ts";
import * as say from "../strings/bars.ts";
import { styleMap } from "./styles.ts";

/** What stands at a bar. */
export interface Row {
  readonly label: string;
  /** The number that is lit while the bar is pointed at. */
  readonly lights?: Address | null;
  /** Below the bar, while it is open. */
  readonly detail?: TemplateResult | null;
}

/** What the bars of a sum are called, what stands at each, and what is done when one is pressed. */
export interface Sum {
  readonly name: string;
  /** What the bars are of, in the plural. */
  readonly of: string;
  readonly bars: Bars;
  readonly row: (place: number) => Row;
  /** The bars that are open, or the one that is chosen. */
  readonly pressed: ReadonlySet<number>;
  readonly press: (place: number) => void;
  /** Whether pressing opens a bar, or chooses one of all. */
  readonly manner: "open" | "choose";
  /** The sum as a number of the page, where it is one. */
  readonly total: TemplateResult;
}

export function barsView(sum: Sum): TemplateResult {
  const { bars, name, of, total } = sum;
  const { rest } = bars;
  return html`<div class="bars ${sum.manner}" style=${styleMap({ "--zero": percent(bars.zero) })}>
    <ol class="bars-own" aria-label=${name} @keydown=${sum.manner === "choose" ? walk : nothing}>
      ${bars.own.map((bar) => own(sum, bar))}
    </ol>
    ${
      rest
        ? html`<p class="bar-row bars-rest" data-value=${full(rest.value)}>
            <span class="bar-label">${say.more(counted(rest.count))}</span>${barTrack(rest)}${digits(rest.value)}
          </p>`
        : nothing
    }
    <p class="bar-row sum" data-value=${full(bars.total.value)}>
      <span class="bar-label">${say.sum}</span>${barTrack(bars.total)}<span class="bar-digits">${total}</span>
    </p>
    ${
      rest
        ? html`<p class="muted bars-said">
            ${say.strongest(
              Math.min(MOST_BARS, bars.own.length),
              counted(BigInt(bars.own.length) + rest.count),
              of,
            )}
          </p>`
        : nothing
    }
  </div>`;
}

function own({ row, pressed, press, manner }: Sum, bar: Bars["own"][number]): TemplateResult {
  const { place, value } = bar;
  const { label, lights, detail } = row(place);
  const on = pressed.has(place) ? "true" : "false";
  return html`<li>
    <button
      type="button"
      class="bar-row"
      data-bar=${place}
      data-value=${full(value)}
      data-lights=${lights ? lightsText(lights) : nothing}
      aria-expanded=${manner === "open" ? on : nothing}
      aria-pressed=${manner === "choose" ? on : nothing}
      title=${full(value)}
      @click=${() => press(place)}
    >
      <span class="bar-label" title=${label}>${label}</span>${barTrack(bar)}${digits(value)}
    </button>
    ${on === "true" && detail ? html`<div class="bar-detail">${detail}</div>` : nothing}
  </li>`;
}

/** The bar itself. */
export function barTrack({ value, from, to }: Bar): TemplateResult {
  return html`<span class="bar-track"
    ><i class="bar ${sign(value)}" style=${styleMap({ left: percent(from), width: percent(to - from) })}></i
  ></span>`;
}

function digits(value: number): TemplateResult {
  return html`<b class="bar-digits digits ${sign(value)}">${signed(value)}</b>`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)}%`;
}

/** The arrow keys lead from bar to bar and choose as they go. */
function walk(event: KeyboardEvent): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const all = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>("[data-bar]")];
  const from = all.indexOf(event.target as HTMLElement);
  if (by === undefined || from < 0) return;
  event.preventDefault();
  const next = all[(from + by + all.length) % all.length];
  next?.focus();
  next?.click();
}
