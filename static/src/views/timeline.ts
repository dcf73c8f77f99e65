/** Time: a slider over the whole run, and one step laid out, a segment a tick in its phase's colour, with its own. */

import { html, nothing } from "lit";
import { live } from "lit/directives/live.js";

import type { ScheduledTick } from "../api/types.ts";
import { microOf } from "../core/net.ts";
import type { State } from "../store.ts";
import * as say from "../strings/timeline.ts";
import { handOn } from "./focus.ts";
import { styleMap } from "./styles.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function timelineView(element: HTMLElement, { store, session }: Desk): Dispose {
  /** Whether the slider of the whole run is dragged: then it goes by whole steps, because a pixel is many ticks. */
  let dragged = false;
  const hold = () => {
    dragged = true;
    addEventListener("pointerup", () => (dragged = false), { once: true });
  };
  const travel = (event: Event) => {
    const { net, head } = store.state;
    const [ticks, reached] = [net?.schedule.length ?? 1, head?.t ?? 0];
    const asked = Number((event.target as HTMLInputElement).value);
    const whole = dragged && ticks * 2 < reached && asked < reached;
    void session.seek(whole ? Math.round(asked / ticks) * ticks : asked);
  };
  return view(element, store, (state) => {
    const { net, head, first, t, step, run } = state;
    if (!net || !head) return html``;
    const ticks = net.schedule.length;
    const start = step * ticks;
    if (head.t <= t)
      handOn(element.querySelector(".whole > button"), () =>
        element.querySelector<HTMLElement>(".track > input"),
      );
    const scrub = (event: Event) => {
      const input = event.target as HTMLInputElement;
      const wanted = Math.min(Number(input.value), store.state.head?.t ?? 0);
      input.value = String(wanted);
      void session.seek(wanted, step);
    };
    return html`
      <div class="whole">
        <span class="muted" aria-hidden="true">${say.allSteps}</span>
        <input
          type="range"
          aria-label=${say.timeline}
          min=${first}
          max=${Math.max(first + 1, head.t)}
          step="1"
          .value=${live(String(t))}
          aria-valuetext=${spoken(state)}
          ?disabled=${head.t === first}
          @pointerdown=${hold}
          @input=${travel}
        />
        <span class="digits muted" title=${say.howFar}>${Math.floor(head.t / ticks)}</span>
        ${
          head.t > t
            ? html`<span title=${say.furtherThanYou}>${say.head(head.t)}</span>
                <button
                  type="button"
                  class="plain small"
                  title=${say.aboutGoOn}
                  ?disabled=${run?.status === "running"}
                  @click=${() => void session.goOnFromHere()}
                >
                  ${say.goOn}
                </button>`
            : nothing
        }
      </div>
      <div class="track" style=${styleMap({ "--ticks": ticks })}>
        ${net.schedule.map((tick) => segment(tick, state, start))}
        <input
          type="range"
          aria-label=${say.tick}
          min=${start}
          max=${start + ticks}
          step="1"
          .value=${live(String(t))}
          aria-valuetext=${spoken(state)}
          @input=${scrub}
        />
      </div>
      <div class="phases" aria-hidden="true">
        ${spans(net.schedule).map(({ name, kind, length }) => html`<span class=${kind} style=${styleMap({ flex: length })}>${name}</span>`)}
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
    const name = part ? say.microBatch(microOf(tick)) : tick.phase;
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
  const where = say.where(step, tick, ticks);
  return last ? say.after(where, last.phase, last.writes) : where;
}
