/** One thing wherever it stands: a number under the pointer or the focus is lit everywhere, and a click asks about it. */

import { type Address, addressText, parseAddress, parseIndex } from "../core/numbers.ts";
import type { Desk, Dispose } from "./view.ts";

const LIT = "lit";

/** The address of the number at an event's target, if it is on one. */
export function addressOf(target: EventTarget | null): Address | null {
  const element =
    target instanceof Element ? target.closest<HTMLElement>("[data-tensor], [data-asks]") : null;
  if (!element) return null;
  const { tensor, index, asks } = element.dataset;
  return asks ? parseAddress(asks) : { tensor: tensor ?? "", index: parseIndex(index ?? "") };
}

export function linkNumbers(root: HTMLElement, { store, session }: Desk): Dispose {
  const light = (event: Event) => {
    const address = addressOf(event.target);
    if (key(address) !== key(store.state.lit)) store.set({ lit: address });
  };
  const ask = (event: Event) => {
    const address = addressOf(event.target);
    if (address && !typing(event.target)) void session.select(address);
  };
  // A click asks and leaves the focus where it was, so that the keys go on moving through time; but it leaves a field.
  const stay = (event: Event) => {
    if (!addressOf(event.target) || typing(event.target)) return;
    event.preventDefault();
    if (typing(document.activeElement)) (document.activeElement as HTMLElement).blur();
  };
  root.addEventListener("mousedown", stay);
  root.addEventListener("pointerover", light);
  root.addEventListener("focusin", light);
  root.addEventListener("click", ask);
  const stop = store.watch(({ lit }) => queueMicrotask(() => mark(root, lit)));
  return () => {
    root.removeEventListener("mousedown", stay);
    root.removeEventListener("pointerover", light);
    root.removeEventListener("focusin", light);
    root.removeEventListener("click", ask);
    stop();
  };
}

/** Whether it is a field in which a number is typed. */
function typing(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "number";
}

/** Class the elements of the lit number, and no others. */
function mark(root: HTMLElement, lit: Address | null): void {
  for (const element of root.querySelectorAll(`.${LIT}`)) element.classList.remove(LIT);
  if (!lit) return;
  const selector = `[data-tensor="${CSS.escape(lit.tensor)}"][data-index="${lit.index.join(",")}"]`;
  for (const element of root.querySelectorAll(selector)) element.classList.add(LIT);
}

function key(address: Address | null): string {
  return address ? addressText(address) : "";
}
