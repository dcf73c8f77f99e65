/** The buttons that move through time. The unit of a step always stands beside them. */

import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";

import { full } from "../core/numbers.ts";
import { SIZES, type StepSize } from "../core/stepping.ts";
import type { Restored, State } from "../store.ts";
import { off } from "../strings/field.ts";
import { SIZES as NAMES } from "../strings/stepping.ts";
import * as say from "../strings/transport.ts";
import { handOn } from "./focus.ts";
import { trainingControl } from "./training.ts";
import { type Desk, type Dispose, view } from "./view.ts";

/** Steps a second, from slow enough to read to as fast as the eye. */
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 30, 60];

/** A sign that what was asked for is on its way. */
export function waitingView(element: HTMLElement, { store }: Desk): Dispose {
  return store.watch(({ waiting }) => element.setAttribute("aria-busy", String(waiting)));
}

export function transportView(element: HTMLElement, desk: Desk): Dispose {
  const { store, session, changes } = desk;
  const choose = (size: StepSize) => () => store.set({ size });
  const speed = (event: Event) =>
    store.set({ speed: SPEEDS[Number((event.target as HTMLInputElement).value)] ?? store.state.speed });
  const toggle = () => (store.state.playing ? session.pause() : session.play());
  return view(element, store, (state) => {
    const { size, playing, head, undo, restored, run } = state;
    const none = !head;
    const busy = none || run?.status === "running";
    const unit = NAMES[size];
    handOnTraining(element, run?.status === "running");
    return html`
      <div class="buttons" role="group" aria-label=${say.moveThroughTime}>
        ${button(say.reset, "reset", say.aboutReset, busy, () => session.reset())}
        ${button(say.stepBack, "back", say.aboutStepBack(unit), none, () => session.stepBack())}
        ${button(playing ? say.pause : say.play, playing ? "pause" : "play", say.aboutPlay(unit), busy, toggle)}
        ${button(say.step, "step", say.aboutStep(unit), busy && state.t >= session.reached, () => session.step())}
      </div>
      <div class="buttons" role="group" aria-label=${say.changes}>
        ${button(say.undo, "undo", say.aboutUndo, busy || !undo.past.length, () => changes.undo())}
        ${button(say.redo, "redo", say.aboutRedo, busy || !undo.future.length, () => changes.redo())}
        <span class="sr-only" aria-live="polite">${keyed(restored, restored && told(restored))}</span>
      </div>
      <fieldset class="sizes">
        <legend class="sr-only">${say.stepSize}</legend>
        <div role="radiogroup" aria-label=${say.stepSize}>
          ${SIZES.map(
            (one, i) =>
              html`<label title=${say.key(i + 1)}
                ><input
                  type="radio"
                  name="size"
                  value=${one}
                  .checked=${live(one === size)}
                  @change=${choose(one)}
                /><span>${NAMES[one]}</span></label
              >`,
          )}
        </div>
      </fieldset>
      <label class="speed">
        <span>${say.speed}</span>
        <input
          type="range"
          aria-label=${say.speed}
          min="0"
          max=${SPEEDS.length - 1}
          step="1"
          .value=${String(SPEEDS.indexOf(state.speed))}
          aria-valuetext=${say.stepsASecond(state.speed)}
          @input=${speed}
        />
        <span class="digits">${say.perSecond(state.speed)}</span>
      </label>
      ${trainingControl(state, desk)} ${where(state)}
    `;
  });
}

/** From what stopped it back to what began it. While it runs the focus is the page's, whose keys look around meanwhile. */
function handOnTraining(element: HTMLElement, runs: boolean): void {
  if (runs) return;
  handOn(element.querySelector(".running > button"), () =>
    element.querySelector<HTMLElement>("[popovertarget=train]"),
  );
}

/** What was undone, for who cannot see it. */
function told({ way, name, value }: Restored) {
  const what = name === null ? say.lastChange : say.isNow(name, value === null ? off : full(value));
  return html`${say.RESTORED[way]}: ${what}`;
}

/** It keeps the focus where it can do nothing: after the last change is undone, Tab goes on from there. */
function button(name: string, icon: string, title: string, idle: boolean, act: () => void) {
  const id = `about-${icon}`;
  return html`<button
      type="button"
      class="transport-button ${icon}"
      aria-label=${name}
      aria-describedby=${id}
      title=${title}
      aria-disabled=${idle}
      @click=${() => idle || act()}
    >
      ${icons[icon]}</button
    ><span id=${id} class="sr-only">${title}</span>`;
}

function where({ head, net, t }: State) {
  if (!head || !net) return html``;
  const ticks = net.schedule.length;
  const step = Math.floor(t / ticks);
  const epoch = Math.floor(step / head.steps_per_epoch);
  const digits = (count: number) => html`<b class="digits">${count}</b>`;
  return html`<p class="where">${say.where(digits(step), digits(t % ticks), ticks, digits(epoch))}</p>`;
}

const shape = (path: string) =>
  html`<svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true">
    <path d=${path} fill="currentColor" />
  </svg>`;

const icons: Record<string, ReturnType<typeof shape>> = {
  reset: shape("M4 4h2.4v12H4zM16 4v12L7.4 10z"),
  back: shape("M14 4v12L5 10z"),
  play: shape("M6 3.5v13L16.5 10z"),
  pause: shape("M5.5 4h3.2v12H5.5zM11.3 4h3.2v12h-3.2z"),
  step: shape("M4 4v12l8.6-6zM13.6 4H16v12h-2.4z"),
  undo: shape("M8 3v3.6h3.5a4.7 4.7 0 0 1 0 9.4H6v-2h5.5a2.7 2.7 0 0 0 0-5.4H8v3.6L2.6 7.6z"),
  redo: shape("M12 3v3.6H8.5a4.7 4.7 0 0 0 0 9.4H14v-2H8.5a2.7 2.7 0 0 1 0-5.4H12v3.6l5.4-4.6z"),
};
