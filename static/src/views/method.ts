/** How the network is trained: the loss, the optimizer, the batches, and behind a disclosure the rest of a spec. */

import { html, nothing } from "lit";

import type { Catalog, Spec } from "../api/types.ts";
import { type CatalogField, entryOf, set, typeOf } from "../core/build.ts";
import type { State } from "../store.ts";
import * as say from "../strings/method.ts";
import { isRate, learningRate, optimizerSettings } from "./optimizer.ts";
import {
  capital,
  line,
  numeric,
  pick,
  type Setting,
  setting,
  settingsIn,
  unusual,
  words,
} from "./setting.ts";
import type { Desk } from "./view.ts";

const REDUCTION = "reduction";
/** What stands among the settings that are always seen. */
const SEEN = ["batch_size"];

export function methodPart(spec: Spec, catalog: Catalog, state: State, desk: Desk) {
  const plain = entryOf(catalog.settings, "training")?.fields ?? [];
  const samples = state.rows?.points.filter(({ held }) => !held).length ?? null;
  return html`<h2>${say.title}</h2>
    <div class="settings">
      ${things(say.loss, "loss", spec.loss, catalog.losses, state, (type) => {
        const kept = { type, [REDUCTION]: spec.loss.reduction };
        desk.builder.change("/loss", set("/loss", kept));
      })}
      ${things(
        say.optimizer,
        "optimizer",
        spec.optimizer,
        catalog.optimizers,
        state,
        (type) => void desk.builder.optimize(type),
      )}
      ${learningRate(spec, state, desk)}
      ${plain.filter(({ name }) => SEEN.includes(name)).map((one) => batchSize(one, spec, samples, state, desk))}
    </div>
    ${rest(spec, catalog, plain, state, desk)}`;
}

/** The choice of a thing of the catalog; the settings of its own stand with the rest. */
function things(
  called: Pick<Setting, "name" | "label">,
  key: string,
  value: unknown,
  list: Catalog["losses"],
  state: State,
  commit: (type: string) => void,
) {
  const options = list.map(({ type, title }) => ({ value: type, text: words(type), title }));
  const one = { ...called, control: `/${key}`, about: entryOf(list, value)?.title ?? "" };
  return pick(one, options, typeOf(value), state, (type) => commit(String(type)));
}

function batchSize(field: CatalogField, spec: Spec, samples: number | null, state: State, desk: Desk) {
  const control = `/${field.name}`;
  const one = { ...say.batchSize, control, about: field.text };
  const commit = (given: unknown) => desk.builder.change(control, set(control, given));
  const { input, below } = numeric(one, field, spec.batch_size, state, desk, commit, say.all);
  const of = samples === null ? nothing : html`<span class="muted">${say.ofRows(samples)}</span>`;
  return line(one, { input: html`<span class="of">${input}${of}</span>`, below });
}

function rest(spec: Spec, catalog: Catalog, plain: readonly CatalogField[], state: State, desk: Desk) {
  const loss = entryOf(catalog.losses, spec.loss);
  const optimizer = entryOf(catalog.optimizers, spec.optimizer);
  const [penalty] = catalog.penalties;
  const fields = plain.filter(({ name }) => !SEEN.includes(name));
  const told = [
    ...unusual(loss?.fields ?? [], spec.loss),
    ...unusual(
      (optimizer?.fields ?? []).filter((one) => !isRate(one)),
      spec.optimizer,
    ),
    ...unusual(penalty?.fields ?? [], spec["penalty"]),
    ...unusual(fields, spec),
  ];
  return html`<details class="more-settings">
    <summary>${say.more}<span class="muted">${told.length ? ` · ${told.join(", ")}` : ""}</span></summary>
    <div class="settings">
      ${settingsIn(loss, { name: say.loss.name, control: "/loss" }, spec.loss, state, desk)}
      ${optimizerSettings(spec, catalog, state, desk)}
      ${settingsIn(penalty, { ...say.penalty, control: "/penalty" }, spec["penalty"], state, desk)}
      ${fields.map((one) => plainSetting(one, spec, state, desk))}
      <button type="button" class="text-button" title=${say.aboutNewSeed} @click=${() => desk.builder.newSeed()}>
        ${say.newSeed}
      </button>
    </div>
  </details>`;
}

function plainSetting(one: CatalogField, spec: Spec, state: State, desk: Desk) {
  const label = say.CALLED[one.name] ?? words(one.name);
  const control = `/${one.name}`;
  return setting({ name: capital(label), label, control, about: one.text }, one, spec[one.name], state, desk);
}
