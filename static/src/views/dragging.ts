/**
 * Dragging a number: pressed on one that can be changed, a hand that moves a few pixels holds it until it lets go.
 * Sideways moves a number, up and down the line of a weight. A press that does not move is a click, which asks.
 */

import type { Pace } from "../core/drag.ts";
import { partOf } from "../core/example.ts";
import type { Net } from "../core/net.ts";
import { parseAddress, sameAddress, short } from "../core/numbers.ts";
import { settingsOf } from "../core/settings.ts";
import type { State } from "../store.ts";
import * as say from "../strings/dragging.ts";
import { type Handle, keyOf } from "../touching.ts";
import { addressOf } from "./linking.ts";
import { edgeAt } from "./network.ts";
import { titleOf } from "./number.ts";
import type { Desk, Dispose } from "./view.ts";

/** So far a hand may stray, in pixels, and it still is a click. */
const STRAY = 4;

/** What a press is on. A line is dragged upright. */
interface Grip {
  readonly handle: Handle;
  readonly upright: boolean;
}

/** A press on a number that can be changed, and whether it has become a drag. */
interface Press extends Grip {
  readonly pointer: number;
  readonly from: number;
  readonly target: EventTarget | null;
  dragging: boolean;
}

export function dragNumbers(root: HTMLElement, desk: Desk): Dispose {
  const hand = new Hand(root, desk);
  const listeners: [EventTarget, string, (event: never) => void, AddEventListenerOptions?][] = [
    [root, "pointerdown", hand.press],
    [root, "pointermove", hand.move],
    [root, "pointerup", hand.release],
    [root, "pointercancel", hand.giveUp],
    [root, "pointerover", hand.hint],
    [root, "pointermove", hand.hint],
    [root, "pointerout", hand.unhint],
    [root, "mousedown", hand.keepFocus],
    [root, "touchmove", hand.keepStill, { passive: false }],
    [window, "click", hand.swallowClick, { capture: true }],
    [window, "keydown", hand.escape, { capture: true }],
  ];
  for (const [target, name, listener, options] of listeners)
    target.addEventListener(name, listener as EventListener, options);
  const disposals = [markNumbers(desk), desk.store.watch((state) => hand.follow(state))];
  return () => {
    for (const [target, name, listener, options] of listeners)
      target.removeEventListener(name, listener as EventListener, options);
    for (const dispose of disposals) dispose();
  };
}

class Hand {
  readonly #root: HTMLElement;
  readonly #desk: Desk;
  readonly #bubble: HTMLElement;
  #pressed: Press | null = null;
  /** What was dragged last: what is wrong with it is said where it was. */
  #last = "";
  #swallow = false;

  constructor(root: HTMLElement, desk: Desk) {
    this.#root = root;
    this.#desk = desk;
    this.#bubble = document.createElement("div");
    this.#bubble.className = "bubble";
    this.#bubble.hidden = true;
    root.querySelector("main")?.append(this.#bubble);
  }

  readonly press = (event: PointerEvent): void => {
    this.#swallow = false;
    this.#last = "";
    this.#bubble.hidden = true;
    const grip = event.isPrimary && event.button === 0 ? gripAt(event, this.#desk) : null;
    if (!grip) return;
    const { pointerId: pointer, target } = event;
    this.#pressed = { ...grip, pointer, from: along(grip, event), target, dragging: false };
  };

  readonly move = (event: PointerEvent): void => {
    const pressed = this.#pressed;
    if (pressed?.pointer !== event.pointerId) return;
    const at = along(pressed, event);
    if (!pressed.dragging && Math.abs(at - pressed.from) < STRAY) return;
    if (!pressed.dragging) this.#begin(pressed, at);
    this.#desk.touch.move(at, paceOf(event));
    this.#bubble.classList.toggle("above", event.pointerType === "touch");
    const zoom = this.#root.getBoundingClientRect().width / this.#root.offsetWidth || 1;
    this.#bubble.style.setProperty("--x", `${event.clientX / zoom}px`);
    this.#bubble.style.setProperty("--y", `${event.clientY / zoom}px`);
    this.#tell();
  };

  #begin(pressed: Press, at: number): void {
    const { handle, upright, pointer } = pressed;
    pressed.dragging = true;
    this.#last = keyOf(handle);
    this.#root.setPointerCapture(pointer);
    this.#root.classList.add("dragging", upright ? "upright" : "sideways");
    if ("address" in handle) this.#desk.store.set({ lit: handle.address });
    this.#desk.touch.take(handle, at);
  }

  readonly release = ({ pointerId }: PointerEvent): void => {
    const ended = this.#end(pointerId);
    if (ended?.dragging) void this.#desk.touch.drop();
    else if (ended?.target instanceof HTMLInputElement) {
      ended.target.focus();
      ended.target.select();
    }
  };

  readonly giveUp = ({ pointerId }: PointerEvent): void => {
    if (this.#end(pointerId)?.dragging) this.#desk.touch.cancel();
  };

  readonly escape = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.#pressed?.dragging) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    this.#root.releasePointerCapture(this.#pressed.pointer);
    this.#end(this.#pressed.pointer);
    this.#desk.touch.cancel();
  };

  #end(pointer: number): Press | null {
    const pressed = this.#pressed;
    if (pressed?.pointer !== pointer) return null;
    this.#pressed = null;
    this.#swallow = pressed.dragging;
    this.#root.classList.remove("dragging", "upright", "sideways");
    if (this.#bubble.role !== "alert") this.#bubble.hidden = true;
    return pressed;
  }

  /** The click that ends a drag asks nothing. One that a key makes is another. */
  readonly swallowClick = (event: MouseEvent): void => {
    if (this.#swallow && event.detail > 0) event.stopImmediatePropagation();
    this.#swallow = false;
  };

  /** A finger on a line does not scroll the page; on a number the style sees to that. */
  readonly keepStill = (event: TouchEvent): void => {
    if (this.#pressed?.upright && event.cancelable) event.preventDefault();
  };

  /** A field that is dragged is not typed in; a click on it is seen to when it ends. */
  readonly keepFocus = (event: MouseEvent): void => {
    if (!isField(event.target) || event.target === document.activeElement) return;
    event.preventDefault();
    if (isField(document.activeElement)) document.activeElement.blur();
  };

  readonly hint = ({ target }: PointerEvent): void => {
    const element = target instanceof Element && target.closest<HTMLElement>(".number[data-tensor]");
    if (!element) return;
    const address = "value" in element.dataset && ownElement(element) ? addressOf(element) : null;
    const name = titleOf(element);
    const title = address && this.#desk.touch.can(address) ? say.draggable(name) : name;
    if (element.title !== title) element.title = title;
  };

  /** A title that is not kept up says nothing once nobody points at it. */
  readonly unhint = ({ target, relatedTarget }: PointerEvent): void => {
    const element = target instanceof Element && target.closest<HTMLElement>(".number[data-tensor]");
    if (element && !element.contains(relatedTarget as Node | null)) element.removeAttribute("title");
  };

  /** What the hand means, or what is wrong with what it meant, where it is or was. */
  follow({ wrong }: State): void {
    if (this.#pressed?.dragging) this.#tell();
    if (wrong && wrong.field === this.#last) {
      this.#bubble.role = "alert";
      this.#bubble.textContent = wrong.text;
      this.#bubble.hidden = false;
    } else if (this.#bubble.role === "alert") {
      this.#bubble.role = null;
      this.#bubble.hidden = true;
    }
  }

  /** The value that the hand means, beside it: what comes of it takes a moment longer. */
  #tell(): void {
    const { meant } = this.#desk.touch;
    if (!meant) return;
    this.#bubble.textContent = `${short(meant.before)} → ${short(meant.value)}`;
    this.#bubble.hidden = false;
  }
}

/** The number at an event that can be changed: in a field, as a number, or as the line that it is drawn as. */
function gripAt(event: PointerEvent, { store, touch }: Desk): Grip | null {
  const target = ownElement(event.target);
  const { spec, catalog, selected } = store.state;
  if (!target) return null;
  if (isField(target)) {
    if (target === document.activeElement) return null;
    const { key = "", tensor } = target.dataset;
    if (tensor) return { handle: { address: parseAddress(key) }, upright: false };
    const setting = spec && settingsOf(spec.optimizer, catalog).find((one) => one.key === key);
    return setting ? { handle: { setting }, upright: false } : null;
  }
  const number = target.closest(".number[data-value], .unit[data-asks]");
  const address = addressOf(number);
  if (number) return address && touch.can(address) ? { handle: { address }, upright: false } : null;
  const line = edgeAt(target, event);
  // A finger that scrolls the page is not to change what it happens to begin on: a line is tapped first.
  const meant = event.pointerType !== "touch" || sameAddress(line, selected);
  return line && meant && touch.can(line) ? { handle: { address: line }, upright: true } : null;
}

/** What an event is at, unless it belongs to the run that is held beside the page's: that one is only looked at. */
function ownElement(target: EventTarget | null): Element | null {
  return target instanceof Element && !target.closest("[data-run]") ? target : null;
}

function isField(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.dataset["key"] !== undefined;
}

/** Where a hand is along the way that counts: to the right, or up. */
function along({ upright }: Grip, { clientX, clientY }: PointerEvent): number {
  return upright ? -clientY : clientX;
}

function paceOf({ shiftKey, ctrlKey, altKey, metaKey }: PointerEvent): Pace {
  return shiftKey ? "fine" : ctrlKey || altKey || metaKey ? "coarse" : "plain";
}

/** Style the numbers that can be changed wherever they stand: a finger that moves sideways on them does not scroll. */
function markNumbers({ store }: Desk): Dispose {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  let marked: Net | null = null;
  const stop = store.watch(({ net }) => {
    if (net && net !== marked) sheet.replaceSync(rule(net));
    marked = net;
  });
  return () => {
    stop();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
  };
}

function rule(net: Net): string {
  const changeable = [...net.info.keys()].filter((tensor) => partOf(net, tensor) !== null);
  const all = changeable.flatMap((tensor) => [
    `.number:not(.none)[data-tensor="${CSS.escape(tensor)}"]`,
    `.unit[data-asks^="${CSS.escape(tensor)}["]`,
  ]);
  return `:is(${all.join(", ")}):not([data-run] *) { cursor: ew-resize; touch-action: pan-y; }`;
}
