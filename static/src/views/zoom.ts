/** More room for the network than there is, and the way back. What is not seen of it then is scrolled or dragged to. */

import { html } from "lit";

import { scrollTo, WHOLE, zoomBy } from "../core/zoom.ts";
import { edgeAt } from "./network.ts";
import type { Store } from "../store.ts";
import * as say from "../strings/zoom.ts";
import { type Desk, type Dispose, view } from "./view.ts";

/** How far a wheel turns for one step. */
const NOTCH = 40;
/** What moves less was a click. */
const STILL = 4;

/** Four corners. */
const FIT = html`<svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
  <path d="M1 5V1h4M9 1h4v4M13 9v4H9M5 13H1V9" fill="none" stroke="currentColor" stroke-width="1.6" />
</svg>`;

/** Give the network more room, or less; the answer tells whether it has another now. Two networks share the room. */
export function zoom(store: Store, by: 1 | -1): boolean {
  const { zoom: now, beside } = store.state;
  const next = zoomBy(now, by);
  if (beside || next === now) return false;
  store.set({ zoom: next });
  return true;
}

/** The way back. */
export function showWhole(store: Store): void {
  if (!store.state.beside) store.set({ zoom: WHOLE });
}

export function zoomView(element: HTMLElement, desk: Desk): Dispose {
  const { store } = desk;
  const stage = element.parentElement as HTMLElement;
  let before = store.state.zoom;
  /** The place in the stage that stays where it is; the middle, unless somebody points at another. */
  let pointed: { readonly x: number; readonly y: number } | null = null;
  const keepPlace = () => {
    const ratio = store.state.zoom / before;
    if (ratio === 1) return;
    before = store.state.zoom;
    const { x, y } = pointed ?? { x: stage.clientWidth / 2, y: stage.clientHeight / 2 };
    const to = { left: scrollTo(stage.scrollLeft, x, ratio), top: scrollTo(stage.scrollTop, y, ratio) };
    stage.scrollTo(to);
    pointed = null;
  };

  let turned = 0;
  const wheel = (event: WheelEvent) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    turned += event.deltaY;
    if (Math.abs(turned) < NOTCH) return;
    const { left, top } = stage.getBoundingClientRect();
    if (zoom(store, turned < 0 ? 1 : -1)) pointed = { x: event.clientX - left, y: event.clientY - top };
    turned = 0;
  };

  const press = (event: PointerEvent) => {
    const target = event.target as Element;
    const free =
      event.button === 1 || (event.button === 0 && !target.closest("button,input") && !edgeAt(target, event));
    if (
      !stage.hasAttribute("data-zoomed") ||
      event.pointerType !== "mouse" ||
      !free ||
      !target.closest(".network")
    )
      return;
    drag(stage, event);
  };

  stage.addEventListener("wheel", wheel, { passive: false });
  stage.addEventListener("pointerdown", press);
  const disposals = [
    view(element, store, ({ zoom: wanted, beside, net }) => {
      const now = beside ? WHOLE : wanted;
      element.hidden = beside !== null || net === null;
      stage.toggleAttribute("data-zoomed", now !== WHOLE);
      const whole = now === WHOLE;
      return html`
        ${button(say.out, "−", say.aboutOut, whole, () => zoom(store, -1))}
        <span class="digits">${100 * now}%</span>
        ${button(say.closer, "+", say.aboutCloser, now === zoomBy(now, 1), () => zoom(store, 1))}
        ${button(say.whole, FIT, say.aboutWhole, whole, () => showWhole(store))}
      `;
    }),
    store.watch(keepPlace),
  ];
  return () => {
    stage.removeEventListener("wheel", wheel);
    stage.removeEventListener("pointerdown", press);
    for (const dispose of disposals) dispose();
  };
}

/** It stays in the order of the keyboard where it can do nothing, so that the focus is not lost. */
function button(name: string, sign: unknown, title: string, idle: boolean, act: () => void) {
  return html`<button
    type="button"
    aria-label=${name}
    aria-disabled=${idle}
    title=${title}
    @click=${() => idle || act()}
  >
    ${sign}
  </button>`;
}

/** Move what is seen along with the pointer. */
function drag(stage: HTMLElement, { clientX, clientY, pointerId }: PointerEvent): void {
  const { scrollLeft, scrollTop } = stage;
  const move = (event: PointerEvent) => {
    if (event.pointerId !== pointerId) return;
    if (!event.buttons) return end(event); // let go of where nobody saw it
    const [x, y] = [event.clientX - clientX, event.clientY - clientY];
    if (!stage.hasPointerCapture(pointerId)) {
      if (Math.hypot(x, y) < STILL) return;
      stage.setPointerCapture(pointerId);
    }
    stage.scrollTo(scrollLeft - x, scrollTop - y);
  };
  const end = (event: PointerEvent) => {
    if (event.pointerId !== pointerId) return;
    stage.removeEventListener("pointermove", move);
    stage.removeEventListener("pointerup", end);
    stage.removeEventListener("pointercancel", end);
  };
  stage.addEventListener("pointermove", move);
  stage.addEventListener("pointerup", end);
  stage.addEventListener("pointercancel", end);
}
