/**
 * The settings of a spec, each as the catalog tells of it: a number, a choice, a switch; and a thing of one of the
 * catalog's lists with the settings of its own. No thing is known by name.
 */

import { html, nothing, type TemplateResult } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { live } from "lit/directives/live.js";

import { type CatalogField, type Entry, entryOf, listOf, set, typeOf } from "../core/build.ts";
import { stepOf } from "../core/drag.ts";
import { full, readNumber } from "../core/numbers.ts";
import type { State } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/setting.ts";
import { notesOf } from "./field.ts";
import type { Desk } from "./view.ts";

export interface Setting {
  /** Its accessible name, and what stands beside it. */
  readonly name: string;
  readonly label: string;
  /** The pointer of what it changes. */
  readonly control: string;
  readonly about: string;
}

/** What is told of a change; where it is left out, the builder is told to put the value at the setting's pointer. */
export type Commit = (value: unknown) => void;

interface Option {
  readonly value: string;
  readonly text: string;
  readonly title?: string;
}

export function words(name: string): string {
  return name.replaceAll("_", " ");
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A setting as its field tells; a choice that has settings of its own has them below it. */
export function setting(
  one: Setting,
  field: CatalogField,
  value: unknown,
  state: State,
  desk: Desk,
  commit: Commit = (given) => desk.builder.change(one.control, set(one.control, given)),
): TemplateResult {
  const list = state.catalog && listOf(state.catalog, field);
  if (list)
    return nested(one, list, value, state, desk, commit, field.default === null && field.type === "object");
  if (field.type === "boolean") return toggle(one, value === true, state, commit);
  if (field.type === "choice") return pick(one, choicesOf(field), String(value), state, commit);
  return line(one, numeric(one, field, value as number | null, state, desk, commit));
}

/** The settings of a thing of the catalog; those that `otherwise` has another control for are that. */
export function settingsIn(
  entry: Entry | undefined,
  { name, label = "", control }: Pick<Setting, "name" | "control"> & { readonly label?: string },
  value: unknown,
  state: State,
  desk: Desk,
  commit?: (field: string) => Commit,
  otherwise: (field: CatalogField) => TemplateResult | null = () => null,
) {
  const given = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return (entry?.fields ?? []).map((field) => {
    const own = words(field.name);
    const one = {
      name: name ? `${name} ${own}` : capital(own),
      label: label ? `${label} ${own}` : own,
      control: `${control}/${field.name}`,
      about: field.text,
    };
    return (
      otherwise(field) ??
      setting(one, field, given[field.name] ?? field.default, state, desk, commit?.(field.name))
    );
  });
}

/** A thing of a list of the catalog, or none where that is allowed, and below it its own settings. */
export function nested(
  one: Setting,
  list: readonly Entry[],
  value: unknown,
  state: State,
  desk: Desk,
  commit: Commit,
  optional: boolean,
  otherwise?: (field: CatalogField) => TemplateResult | null,
) {
  const options = list.map(({ type, title }) => ({ value: type, text: words(type), title }));
  const chosen = value === null ? "" : typeOf(value);
  const choose: Commit = (type) => commit(type === "" ? null : { type });
  const own = (field: string) => (given: unknown) =>
    commit({ ...(value as Record<string, unknown>), type: chosen, [field]: given });
  return html`${pick(one, optional ? [{ value: "", text: say.none }, ...options] : options, chosen, state, choose)}
    <div class="nested">${settingsIn(entryOf(list, value), one, value, state, desk, own, otherwise)}</div>`;
}

/** A label, its control, and below them what is wrong. */
export function line(
  { label }: Pick<Setting, "label">,
  { input, below }: { input: unknown; below: unknown },
) {
  return html`<div class="entry"><label><span>${label}</span>${input}</label>${below}</div>`;
}

/** A number that can be typed, of a spec that is being built. */
export function numeric(
  { name, control, about }: Setting,
  { type, default: usual, minimum, maximum }: CatalogField,
  value: number | null,
  state: State,
  { builder }: Desk,
  commit: Commit,
  empty = say.none,
) {
  const { described, invalid, below } = notesOf(control, about, state);
  const held = value === null ? "" : full(value);
  const whole = type === "integer";
  const typed = (event: Event) => {
    const text = (event.target as HTMLInputElement).value;
    const given = readNumber(text);
    if (given === null && !(text.trim() === "" && usual === null))
      builder.complain(control, common.wantedNumber);
    else commit(given);
  };
  const leave = (event: KeyboardEvent) => {
    const input = event.target as HTMLInputElement;
    if (event.key !== "Escape" || (input.value === held && invalid === "false")) return;
    event.stopPropagation();
    input.value = held;
    builder.takeBack();
  };
  const input = html`<input
    type="number"
    class="field digits"
    aria-label=${name}
    aria-describedby=${described}
    aria-invalid=${invalid}
    title=${about}
    inputmode=${whole && minimum !== null ? "numeric" : nothing}
    step=${whole ? 1 : stepOf(value ?? 0)}
    min=${(whole ? minimum : null) ?? nothing}
    max=${(whole ? maximum : null) ?? nothing}
    placeholder=${empty}
    autocomplete="off"
    .value=${held}
    @change=${typed}
    @keydown=${leave}
  />`;
  return { input: keyed(control, input), below };
}

export function pick(one: Setting, options: readonly Option[], value: string, state: State, commit: Commit) {
  const { described, invalid, below } = notesOf(one.control, one.about, state);
  const change = (event: Event) => commit((event.target as HTMLSelectElement).value);
  const input = html`<select
    class="quiet"
    aria-label=${one.name}
    aria-describedby=${described}
    aria-invalid=${invalid}
    title=${options.find((option) => option.value === value)?.title ?? one.about}
    @change=${change}
  >
    ${options.map(
      (option) =>
        html`<option value=${option.value} .selected=${live(option.value === value)}>${option.text}</option>`,
    )}
  </select>`;
  return line(one, { input, below });
}

export function toggle(one: Setting, value: boolean, state: State, commit: Commit) {
  const { described, invalid, below } = notesOf(one.control, one.about, state);
  const input = html`<input
    type="checkbox"
    aria-label=${one.name}
    aria-describedby=${described}
    aria-invalid=${invalid}
    title=${one.about}
    .checked=${live(value)}
    @change=${(event: Event) => commit((event.target as HTMLInputElement).checked)}
  />`;
  return line(one, { input, below });
}

function choicesOf({ choices }: CatalogField): Option[] {
  return (choices ?? []).map((choice) => ({ value: choice, text: words(choice) }));
}

/** The settings of a thing that are not as they come, in short: `momentum 0.9, nesterov`. */
export function unusual(fields: readonly CatalogField[], value: unknown): string[] {
  const given = (value ?? {}) as Record<string, unknown>;
  return fields.flatMap(({ name, default: usual }) => {
    const held = given[name];
    if (held === undefined || held === null || JSON.stringify(held) === JSON.stringify(usual)) return [];
    if (held === true) return [words(name)];
    return [`${words(name)} ${typeof held === "number" ? full(held) : words(typeOf(held))}`];
  });
}

/** What is wrong with a part of the spec that has no single control. */
export function complaint(control: string, state: State) {
  const { invalid, below } = notesOf(control, "", state);
  return invalid === "true" ? below : nothing;
}
