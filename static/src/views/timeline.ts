/** One step laid out in time: a segment a tick, in its phase's colour, and a handle that scrubs. */

import { html } from "lit";
import { live } from "lit/directives/live.js";

import type { ScheduledTick } from "../api/types.ts";
import { microOf } from "../core/net.ts";
import type { State } from "../store.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function timelineView(element: HTMLElement, { store, session }: Desk): Dispose {
  return view(element, store, (state) => {
    const { net, head, t, step } = state;
    if (!net || !head) return html``;
    const ticks = net.schedule.length;
    const start = step * ticks;
    const scrub = (event: Event) => {
      const input = event.target as HTMLInputElement;
      const wanted = Math.min(Number(input.value), store.state.head?.t ?? 0);
      input.value = String(wanted);
      void session.seek(wanted, step);
    };
    const last = Math.floor(head.t / ticks);
    const leap = (event: Event) => {
      const wanted = Number((event.target as HTMLInputElement).value);
      const inside = Math.min(
        wanted * ticks + (store.state.t - store.state.step * ticks),
        store.state.head?.t ?? 0,
      );
      void session.seek(inside, wanted);
    };
    return html`
      <label class="steps">
        <span class="muted">all steps</span>
        <input
          type="range"
          aria-label="Steps"
          min="0"
          max=${Math.max(1, last)}
          step="1"
          .value=${live(String(Math.min(step, last)))}
          aria-valuetext="step ${step} of ${last}"
          ?disabled=${last === 0}
          @input=${leap}
        />
        <span class="digits muted">${last}</span>
      </label>
      <div class="track" style="--ticks: ${ticks}">
        ${net.schedule.map((tick) => segment(tick, state, start))}
        <input
          type="range"
          aria-label="Timeline"
          min=${start}
          max=${start + ticks}
          step="1"
          .value=${live(String(t))}
          aria-valuetext=${spoken(state)}
          @input=${scrub}
        />
      </div>
      <div class="phases" aria-hidden="true">
        ${spans(net.schedule).map(({ name, kind, length }) => html`<span class=${kind} style="flex: ${length}">${name}</span>`)}
      </div>
    `;
  });
}

function segment(tick: ScheduledTick, { t, head }: State, start: number) {
  const end = start + tick.index + 1;
  const state = end <= t ? "done" : end <= (head?.t ?? 0) ? "ahead" : "future";
  const present = end === t ? "present" : "";
  return html`<span
    class="segment ${tick.phase} ${state} ${present}"
    title="${tick.phase}, ${tick.layer}: ${tick.writes.join(", ")}"
  ></span>`;
}

/** The phases and their lengths; where a step takes several micro-batches, each of those in the place of its phases. */
function spans(schedule: readonly ScheduledTick[]): { name: string; kind: string; length: number }[] {
  const found: { name: string; kind: string; length: number }[] = [];
  const several = microOf(schedule.at(-1)) > 0;
  for (const tick of schedule) {
    const part = several && tick.phase !== "update";
    const name = part ? `micro-batch ${microOf(tick)}` : tick.phase;
    const last = found.at(-1);
    if (last?.name === name) last.length++;
    else found.push({ name, kind: part ? "part" : tick.phase, length: 1 });
  }
  return found;
}

function spoken({ net, t, step }: State): string {
  const ticks = net?.schedule.length ?? 1;
  const tick = t - step * ticks;
  const last = tick > 0 ? net?.schedule[tick - 1] : undefined;
  return `step ${step}, tick ${tick} of ${ticks}${last ? `: ${last.phase}, ${last.writes.join(" and ")}` : ""}`;
}
