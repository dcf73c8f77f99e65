/**
 * One thing wherever it stands: a number under the pointer or the focus is lit everywhere, and so is the one that a mark
 * (a symbol of a formula, a variable, a bar) says that it stands for. A click on a number asks about it; where it
 * is a door, one has gone through it and can come back.
 */

import {
  type Address,
  addressText,
  lightsText,
  parseAddress,
  parseIndex,
  parseLights,
} from "../core/numbers.ts";
import { ask as askAbout } from "./going.ts";
import { edgeAt } from "./network.ts";
import type { Desk, Dispose } from "./view.ts";

const LIT = "lit";
/** For how many milliseconds a number stays lit when the pointer has left it for where there is none on the network. */
const LINGER = 250;
const POINTED = ["pointerover", "pointermove", "focusin"];

/** The address of the number at an event's target, if it is on one that can be asked. */
export function addressOf(target: EventTarget | null): Address | null {
  const element =
    target instanceof Element ? target.closest<HTMLElement>("[data-tensor], [data-asks]") : null;
  if (!element) return null;
  const { tensor, index, asks } = element.dataset;
  return asks ? parseAddress(asks) : { tensor: tensor ?? "", index: parseIndex(index ?? "") };
}

/** The number that an event is at: that which its target is or stands for, or whose edge is there, which the pointer says. */
function lightOf(event: Event): Address | null {
  const { target } = event;
  if (!(target instanceof Element)) return null;
  if (event instanceof MouseEvent) {
    const edge = edgeAt(target, event);
    target.closest(".network")?.classList.toggle("pointing", edge !== null);
    if (edge) return edge;
  }
  const lights = target.closest<HTMLElement>("[data-tensor], [data-asks], [data-lights]")?.dataset["lights"];
  return lights === undefined ? addressOf(target) : parseLights(lights);
}

export function linkNumbers(root: HTMLElement, desk: Desk): Dispose {
  const { store, clock } = desk;
  let [latest, dragged] = [0, false];
  const light = async (event: Event) => {
    // What is dragged stays lit, wherever the pointer is, until it is let go.
    const lingers = !dragged;
    dragged = root.classList.contains("dragging");
    if (dragged) return;
    const [address, mine] = [lightOf(event), ++latest];
    if (key(address) === key(store.state.lit)) return;
    // The tag of an edge stands a little beside it on the network, and is to be reached.
    if (!address && isIn(event, ".tag")) return;
    if (!address && lingers && isIn(event, ".network")) {
      await clock.wait(LINGER);
      if (mine !== latest) return;
    }
    store.set({ lit: address });
  };
  const ask = (event: Event) => {
    const address = addressOf(event.target);
    if (!address || typing(event.target)) return;
    askAbout(desk, address, (event.target as Element).closest("[data-doors]") !== null);
  };
  // A click asks and takes no focus, so that the keys move through time: from a field or a button they would not.
  const stay = (event: Event) => {
    if (!addressOf(event.target) || typing(event.target)) return;
    event.preventDefault();
    const focused = document.activeElement;
    if (focused instanceof HTMLElement && !focused.closest(".network")) focused.blur();
  };
  root.addEventListener("mousedown", stay);
  for (const kind of POINTED) root.addEventListener(kind, light);
  root.addEventListener("click", ask);
  const stop = store.watch(({ lit }) => queueMicrotask(() => mark(root, lit)));
  return () => {
    root.removeEventListener("mousedown", stay);
    for (const kind of POINTED) root.removeEventListener(kind, light);
    root.removeEventListener("click", ask);
    stop();
  };
}

function isIn({ target }: Event, part: string): boolean {
  return target instanceof Element && target.closest(part) !== null;
}

/** Whether it is a field in which a number is typed. */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "number";
}

/** Class the elements of the lit number, and no others. A tensor without an index is lit as a whole. */
function mark(root: HTMLElement, lit: Address | null): void {
  for (const element of root.querySelectorAll(`.${LIT}`)) element.classList.remove(LIT);
  if (!lit) return;
  const tensor = `[data-tensor="${CSS.escape(lit.tensor)}"]`;
  const numbers = lit.index.length ? `${tensor}[data-index="${lit.index.join(",")}"]` : tensor;
  const marks = `[data-lights="${CSS.escape(lightsText(lit))}"]`;
  for (const element of root.querySelectorAll(`${numbers}, ${marks}`)) element.classList.add(LIT);
}

function key(address: Address | null): string {
  return address ? addressText(address) : "";
}
