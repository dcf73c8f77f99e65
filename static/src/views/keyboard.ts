/** The keys. They act only when the focus is on the page or on the network, never in a field or on a button. */

import { tinykeys } from "tinykeys";

import { SIZES } from "../core/stepping.ts";
import { goBack } from "./going.ts";
import { openHelp } from "./help.ts";
import { switchedOff } from "./keys.ts";
import { forward, present } from "./presenting.ts";
import type { Desk, Dispose } from "./view.ts";
import { showWhole, zoom } from "./zoom.ts";

/** Keys that most keyboards have only with Shift, by what they are called in the list. */
const SHIFTED: Partial<Record<string, string>> = { "Shift++": "+", "Shift+?": "?" };

/** Keys that go on while they are held. */
const HELD = new Set(["ArrowRight", "ArrowLeft", "Shift+ArrowRight", "Shift+ArrowLeft"]);

export function keyboard(desk: Desk): Dispose {
  const { store, session, changes } = desk;
  const acts: Record<string, () => unknown> = {
    Space: () => (store.state.playing ? session.pause() : session.play()),
    ArrowRight: () => forward(desk),
    ArrowLeft: () => session.stepBack(),
    "Shift+ArrowRight": () => session.step(true),
    "Shift+ArrowLeft": () => session.stepBack(true),
    Home: () => session.seek(0),
    End: () => session.seek(store.state.head?.t ?? 0),
    "$mod+z": () => changes.undo(),
    "$mod+Shift+z": () => changes.redo(),
    PageDown: () => forward(desk),
    PageUp: () => session.stepBack(),
    p: () => present(desk),
    Backspace: () => goBack(desk),
    "[": () => session.chooseFurther(-1),
    "]": () => session.chooseFurther(1),
    "+": () => zoom(store, 1),
    "-": () => zoom(store, -1),
    "0": () => showWhole(store),
    "?": openHelp,
    "Shift+?": openHelp,
    "Shift++": () => zoom(store, 1),
  };
  SIZES.forEach((size, i) => (acts[String(i + 1)] = () => store.set({ size })));
  let held: Promise<unknown> | null = null;
  /** A key of time that is held goes on as fast as its steps are there; in a lecture nothing goes by unseen. */
  const hold = (keys: string, act: () => unknown) => {
    if (held || store.state.presenting || !HELD.has(keys)) return;
    held = Promise.resolve(act()).finally(() => (held = null));
  };
  const bindings = Object.fromEntries(
    Object.entries(acts).map(([keys, act]) => [
      keys,
      (event: KeyboardEvent) => {
        const chord = keys.startsWith("$mod");
        if (event.defaultPrevented || !free(event.target, chord) || switchedOff().has(SHIFTED[keys] ?? keys))
          return;
        event.preventDefault();
        if (event.repeat) hold(keys, act);
        else act();
      },
    ]),
  );
  // By itself it leaves out what has the focus in a field, shown or not; `free` says where a key is the page's.
  const stop = tinykeys(window, bindings, { ignore: ({ isComposing }) => isComposing });
  const escape = (event: KeyboardEvent) => leave(event, desk);
  addEventListener("keydown", escape);
  return () => {
    stop();
    removeEventListener("keydown", escape);
  };
}

/** Escape leads back, and out of presenting from wherever nothing else takes it: also from a button or a field. */
function leave(event: KeyboardEvent, desk: Desk): void {
  const taken = event.defaultPrevented || document.querySelector("dialog[open], :popover-open");
  if (event.key !== "Escape" || taken || switchedOff().has("Escape")) return;
  if (free(event.target, false) && goBack(desk)) event.preventDefault();
  else if (desk.store.state.presenting) present(desk);
}

/**
 * Whether a key pressed there is for the page: its body, or the network and its units. A button has no use for a chord: it
 * is the page's there too, as on `Undo`, which keeps the focus. What is no longer shown, as a field of a dialog that has
 * just been closed, keeps the focus until the browser draws again: on a busy page the next key still arrives there.
 */
function free(target: EventTarget | null, chord: boolean): boolean {
  if (!(target instanceof HTMLElement) || document.querySelector("dialog[open]")) return false;
  return (
    target === document.body ||
    !target.checkVisibility() ||
    target.matches(".network, .network [role=group]") ||
    (chord && target.matches("button"))
  );
}
