/**
 * A number that can be typed. What is typed is tried at once; Enter, leaving the field or letting an arrow key go makes
 * it so, Escape gives the old one back.
 */

import { html, noChange, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";

import { type Scale, stepOf } from "../core/drag.ts";
import { type Address, full, readNumber, valueAt } from "../core/numbers.ts";
import { pointerOf } from "../core/settings.ts";
import type { State } from "../store.ts";
import * as say from "../strings/field.ts";
import type { Handle } from "../touching.ts";
import type { Desk } from "./view.ts";

export interface Field {
  /** Its accessible name. */
  readonly name: string;
  /** What `State.wrong` calls it. */
  readonly key: string;
  /** Fields of one slot are one element, whatever they are called. */
  readonly slot?: string;
  readonly value: number | null;
  readonly scale: Scale;
  readonly about: string;
  readonly handle: Handle;
  /** Where the number stands in the frame that is shown, if it does. */
  readonly address?: Address;
}

/** What is wrong with what was typed or chosen at a control; null where nothing is. */
function wrongAt(key: string, { wrong, building }: State): string | null {
  if (wrong?.field === key) return wrong.text;
  const { refused } = building;
  return refused && (refused.control === key || refused.control === pointerOf(key)) ? refused.text : null;
}

/** What a control says of itself, and below it what is wrong with what it holds. */
export function notesOf(key: string, about: string, state: State, slot = key) {
  const id = `field-${slot.replaceAll(/\W+/g, "-")}`;
  const text = wrongAt(key, state);
  return {
    described: text === null ? `${id}-about` : `${id}-wrong`,
    invalid: text === null ? "false" : "true",
    below: html`<span id="${id}-about" class="sr-only">${about}</span>${
      text === null ? nothing : html`<span class="wrong" id="${id}-wrong" role="alert">${text}</span>`
    }`,
  } as const;
}

/** The fields whose value an arrow key is changing. */
const stepping = new WeakSet<HTMLInputElement>();

/** The fields in which somebody is typing: an answer to what was typed before must not take the letters away. */
const typing = new WeakSet<Element>();

function isTypedIn(key: string): boolean {
  const active = document.activeElement;
  if (!(active instanceof HTMLInputElement) || active.dataset["key"] !== key) return false;
  return typing.has(active) || stepping.has(active);
}

/** The field, and below it what is wrong with what was typed. */
export function field(given: Field, state: State, desk: Desk) {
  const { input, below } = fieldParts(given, state, desk);
  return html`${input}${below}`;
}

/** The two apart, for where something else stands between them. */
export function fieldParts(given: Field, state: State, { store, touch, builder }: Desk) {
  const { name, key, slot = key, scale, about, handle, address } = given;
  const { preview, frame } = state;
  const { described, invalid, below } = notesOf(key, about, state, slot);
  const mine = preview?.key === key ? preview : null;
  // What is being typed stands in the field already: it is left alone, so that one can go on typing.
  const value = mine ? (mine.typed ? mine.before : mine.value) : given.value;
  // What is not finite no number field can hold: there it is empty, and says so.
  const held = value !== null && Number.isFinite(value) ? full(value) : "";
  // So does what is on its way to the server, and what is wrong; what nobody took gives way to what is so.
  const stands = isTypedIn(key) || mine?.typed || state.committing === key || invalid === "true";
  const shown = address ? valueAt(frame ?? undefined, address) : null;
  const commit = (input: HTMLInputElement) => void touch.commit(handle, input.value);
  const tried = ({ target }: Event) => {
    typing.add(target as HTMLInputElement);
    const typed = readNumber((target as HTMLInputElement).value);
    if (typed !== null && given.value !== null) touch.try(handle, typed);
  };
  const changed = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    typing.delete(input);
    if (!stepping.has(input)) commit(input);
  };
  const press = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") stepping.add(input);
    const same = input.value === held && !mine;
    // What has become so is undone by the page: here it would be typed anew, and be another change.
    if (same && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") event.preventDefault();
    if (event.key !== "Escape" || (same && invalid === "false")) return;
    event.stopPropagation();
    typing.delete(input);
    input.value = held;
    store.set({ wrong: null });
    if (wrongAt(key, store.state) !== null) builder.takeBack();
    touch.cancel();
  };
  const leave = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const isLeft = event.type === "blur" || (event as KeyboardEvent).key === "Enter";
    // What reads as it did when it was last made so is no change to the browser, though what was tried between is shown.
    const isTyped = isLeft && typing.delete(input);
    if (stepping.delete(input) || isTyped) commit(input);
  };
  const input: TemplateResult = html`<input
    type="number"
    class="field digits"
    aria-label=${name}
    aria-describedby=${described}
    aria-invalid=${invalid}
    title=${say.howToChange(about)}
    step=${scale.grid ?? stepOf(value ?? 0, scale)}
    min=${scale.minimum ?? nothing}
    max=${scale.maximum ?? nothing}
    autocomplete="off"
    data-key=${key}
    data-tensor=${address ? address.tensor : nothing}
    data-index=${address ? address.index.join(",") : nothing}
    data-value=${shown === null ? nothing : full(shown)}
    placeholder=${held !== "" ? nothing : value === null ? say.off : full(value)}
    value=${held}
    .value=${stands ? noChange : live(held)}
    @input=${tried}
    @change=${changed}
    @keydown=${press}
    @keyup=${leave}
    @blur=${leave}
  />`;
  return { input: keyed(slot, input), below };
}
