/** Training in the background: how much is asked for, how far it is, and stopping it. */

import { html, nothing } from "lit";

import type { Run } from "../api/types.ts";
import { short } from "../core/numbers.ts";
import { AMOUNT, BELOW, type Wanted } from "../training.ts";
import type { State } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/training.ts";
import type { Desk } from "./view.ts";

/** The button that opens the form, or while it trains how far it is. */
export function trainingControl(state: State, desk: Desk) {
  const { run, head } = state;
  if (run?.status === "running") return progress(run, desk);
  return html`
    <button type="button" class="plain" popovertarget="train" ?disabled=${!head || head.status === "diverged"}>${say.open}</button>
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
  const describedBy = (field: string) => (wrong?.field === field ? `train-${field}` : nothing);
  return html`<form id="train" class="menu train" popover novalidate aria-label=${say.title} @submit=${begin}>
    <p class="muted">${say.about}</p>
    <label>${say.howMany} <input type="number" class="field" name="amount" inputmode="numeric" min="1" step="1" value="100" aria-invalid=${invalid(AMOUNT)} aria-describedby=${describedBy(AMOUNT)} /></label>
    <select name="unit" aria-label=${say.unit}>
      <option value="epochs">${say.UNITS.epochs}</option>
      <option value="steps">${say.UNITS.steps}</option>
    </select>
    ${said(AMOUNT)}
    <label>${say.below} <input type="number" class="field" name="below" step="any" placeholder=${say.any} aria-invalid=${invalid(BELOW)} aria-describedby=${describedBy(BELOW)} /></label>
    ${said(BELOW)}
    <button type="submit" class="plain primary">${say.title}</button>
  </form>`;
}

function progress({ done, total, steps_per_second, seconds_left }: Run, { training }: Desk) {
  const speed = steps_per_second === null ? [] : [say.speed(short(steps_per_second))];
  const left = seconds_left === null ? [] : [say.left(time(seconds_left))];
  const far = say.progress(done.toLocaleString("en"), total.toLocaleString("en"));
  const text = [far, ...speed, ...left].join(" · ");
  return html`<div class="running">
    <progress aria-label=${say.running} max=${total} .value=${done} aria-valuetext=${text}></progress>
    <span class="digits">${text}</span>
    <button type="button" class="plain" @click=${() => void training.cancel()}>${common.cancel}</button>
  </div>`;
}

function time(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return say.seconds(whole);
  return whole < 3600
    ? say.minutes(Math.floor(whole / 60), whole % 60)
    : say.hours(Math.floor(whole / 3600), Math.floor((whole % 3600) / 60));
}
