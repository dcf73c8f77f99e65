/** The buttons that move through time. The unit of a step always stands beside them. */

import { html } from "lit";
import { live } from "lit/directives/live.js";

import { SIZE_NAMES, SIZES, type StepSize } from "../core/stepping.ts";
import type { State } from "../store.ts";
import { trainingControl } from "./training.ts";
import { type Desk, type Dispose, view } from "./view.ts";

/** Steps a second, from slow enough to read to as fast as the eye. */
const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16, 30, 60];

export function transportView(element: HTMLElement, desk: Desk): Dispose {
  const { store, session, changes } = desk;
  const choose = (size: StepSize) => () => store.set({ size });
  const speed = (event: Event) =>
    store.set({ speed: SPEEDS[Number((event.target as HTMLInputElement).value)] ?? store.state.speed });
  const toggle = () => (store.state.playing ? session.pause() : session.play());
  return view(element, store, (state) => {
    const { size, playing, head, undo, run } = state;
    const none = !head;
    const busy = none || run?.status === "running";
    const unit = SIZE_NAMES[size].toLowerCase();
    return html`
      <div class="buttons" role="group" aria-label="Move through time">
        ${button("Reset", "reset", "Back to the beginning (the log keeps everything)", busy, () => session.reset())}
        ${button("Step back", "back", `One ${unit} back`, none, () => session.stepBack())}
        ${button(playing ? "Pause" : "Play", playing ? "pause" : "play", `One ${unit} after the other`, busy, toggle)}
        ${button("Step", "step", `One ${unit} forward`, busy && state.t >= session.reached, () => session.step())}
      </div>
      <div class="buttons" role="group" aria-label="Changes">
        ${button("Undo", "undo", "The last change back (Ctrl+Z)", busy || !undo.past.length, () => changes.undo())}
        ${button("Redo", "redo", "What was undone again (Ctrl+Shift+Z)", busy || !undo.future.length, () => changes.redo())}
      </div>
      <fieldset class="sizes">
        <legend class="sr-only">Step size</legend>
        <div role="radiogroup" aria-label="Step size">
          ${SIZES.map(
            (one, i) =>
              html`<label title="Key ${i + 1}"
                ><input
                  type="radio"
                  name="size"
                  value=${one}
                  .checked=${live(one === size)}
                  @change=${choose(one)}
                /><span>${SIZE_NAMES[one]}</span></label
              >`,
          )}
        </div>
      </fieldset>
      <label class="speed">
        <span>Speed</span>
        <input
          type="range"
          aria-label="Speed"
          min="0"
          max=${SPEEDS.length - 1}
          step="1"
          .value=${String(SPEEDS.indexOf(state.speed))}
          aria-valuetext="${state.speed} steps a second"
          @input=${speed}
        />
        <span class="digits">${state.speed} / s</span>
      </label>
      ${trainingControl(state, desk)} ${where(state)}
    `;
  });
}

function button(name: string, icon: string, title: string, disabled: boolean, act: () => void) {
  const id = `about-${icon}`;
  return html`<button
      type="button"
      class="transport-button ${icon}"
      aria-label=${name}
      aria-describedby=${id}
      title=${title}
      ?disabled=${disabled}
      @click=${act}
    >
      ${icons[icon]}</button
    ><span id=${id} class="sr-only">${title}</span>`;
}

function where({ head, net, t }: State) {
  if (!head || !net) return html``;
  const ticks = net.schedule.length;
  const step = Math.floor(t / ticks);
  const epoch = Math.floor(step / head.steps_per_epoch);
  return html`<p class="where">
    step <b class="digits">${step}</b> · tick <b class="digits">${t % ticks}</b> of ${ticks} · epoch
    <b class="digits">${epoch}</b>
  </p>`;
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
