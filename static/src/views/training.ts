/** Training in the background: how much is asked for, how far it is, and stopping it. */

import { html, nothing } from "lit";

import type { Run } from "../api/types.ts";
import { short } from "../core/numbers.ts";
import { AMOUNT, BELOW, type Wanted } from "../training.ts";
import type { State } from "../store.ts";
import type { Desk } from "./view.ts";

/** The button that opens the form, or while it trains how far it is. */
export function trainingControl(state: State, desk: Desk) {
  const { run, head } = state;
  if (run?.status === "running") return progress(run, desk);
  return html`
    <button type="button" class="plain" popovertarget="train" ?disabled=${!head || head.status === "diverged"}>Train…</button>
    ${form(state, desk)}
  `;
}

function form({ wrong }: State, { training }: Desk) {
  const begin = async (event: Event) => {
    event.preventDefault();
    const asked = event.target as HTMLFormElement;
    const typed = Object.fromEntries(new FormData(asked)) as unknown as Wanted;
    if (await training.begin(typed)) asked.hidePopover();
  };
  const said = (field: string) =>
    wrong?.field === field
      ? html`<span class="wrong" id="train-${field}" role="alert">${wrong.text}</span>`
      : nothing;
  const invalid = (field: string) => (wrong?.field === field ? "true" : "false");
  return html`<form id="train" class="menu train" popover novalidate aria-label="Train" @submit=${begin}>
    <p class="muted">From the head on, in the background. You can look around meanwhile, and stop it.</p>
    <label>How many <input type="number" class="field" name="amount" min="1" step="1" value="100" aria-invalid=${invalid(AMOUNT)} /></label>
    <select name="unit" aria-label="Unit">
      <option value="epochs">epochs</option>
      <option value="steps">steps</option>
    </select>
    ${said(AMOUNT)}
    <label>until the loss is below <input type="number" class="field" name="below" step="any" placeholder="any" aria-invalid=${invalid(BELOW)} /></label>
    ${said(BELOW)}
    <button type="submit" class="plain primary">Train</button>
  </form>`;
}

function progress({ done, total, steps_per_second, seconds_left }: Run, { training }: Desk) {
  const speed = steps_per_second === null ? "" : ` · ${short(steps_per_second)} steps/s`;
  const left = seconds_left === null ? "" : ` · ${time(seconds_left)} left`;
  const text = `${done.toLocaleString("en")} of ${total.toLocaleString("en")} steps${speed}${left}`;
  return html`<div class="running">
    <progress aria-label="Training" max=${total} .value=${done} aria-valuetext=${text}></progress>
    <span class="digits">${text}</span>
    <button type="button" class="plain" @click=${() => void training.cancel()}>Cancel</button>
  </div>`;
}

function time(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${whole % 60} s`
    : `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
