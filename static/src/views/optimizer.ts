/** The settings of the optimizer: each holds from the moment that is shown on, where the session can go on with it. */

import { nothing, type TemplateResult } from "lit";

import type { Catalog, Spec } from "../api/types.ts";
import { type CatalogField, entryOf, listOf, typeOf } from "../core/build.ts";
import { type Setting as Numeric, settingsOf } from "../core/settings.ts";
import type { State } from "../store.ts";
import * as say from "../strings/optimizer.ts";
import { fieldParts } from "./field.ts";
import { capital, line, nested, setting, words } from "./setting.ts";
import type { Desk } from "./view.ts";

const RATE = "learning_rate";

/** The learning rate, which stands apart from the others. */
export function learningRate(spec: Spec, state: State, desk: Desk) {
  const found = settingsOf(spec.optimizer, state.catalog).find(({ key }) => key === RATE);
  return found ? number(found, state, desk) : nothing;
}

export function isRate({ name }: { name: string }): boolean {
  return name === RATE;
}

/** All the others. */
export function optimizerSettings(spec: Spec, catalog: Catalog, state: State, desk: Desk) {
  const numbers = settingsOf(spec.optimizer, catalog);
  const members = spec.optimizer as Record<string, unknown>;
  const fields = entryOf(catalog.optimizers, members)?.fields ?? [];
  const tune = (name: string) => (value: unknown) => void desk.builder.tune({ [name]: value });
  const shown = (field: CatalogField): TemplateResult[] => {
    const { name, text, default: usual } = field;
    const own = numbers.filter(({ key }) => key === name || key.startsWith(`${name}.`));
    const one = {
      name: capital(words(name)),
      label: words(name),
      control: `/optimizer/${name}`,
      about: text,
    };
    const list = listOf(catalog, field);
    const { tuned } = state.building;
    const value = name in tuned ? tuned[name] : (members[name] ?? usual);
    if (!list)
      return own.length
        ? own.map((each) => number(each, state, desk))
        : [setting(one, field, value, state, desk, tune(name))];
    // The numbers of what holds are not those of another thing that is on its way in its place.
    const same = typeOf(value) === typeOf(members[name]);
    const inside = ({ name: inner }: CatalogField) => {
      const found = same && own.find(({ key }) => key === `${name}.${inner}`);
      return found ? number(found, state, desk) : null;
    };
    return [nested(one, list, value, state, desk, tune(name), usual === null, inside)];
  };
  return fields.filter((field) => !isRate(field)).flatMap(shown);
}

function number(one: Numeric, state: State, desk: Desk) {
  const { key, name, value, scale, about } = one;
  const hint = about ? say.aboutFromHereOn(about) : say.fromHereOn;
  const field = { name, key, value, scale, about: hint, handle: { setting: one } };
  return line({ label: name.toLowerCase() }, fieldParts(field, state, desk));
}
