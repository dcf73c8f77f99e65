/** The network as it is built: a row a layer with its width, and what else can be said of a layer when it is opened. */

import { html, nothing } from "lit";

import type { Catalog, Spec } from "../api/types.ts";
import {
  activate,
  addLayer,
  at,
  type CatalogField,
  entryOf,
  freeze,
  frozenOf,
  type LayerSpec,
  layersOf,
  moveLayer,
  removeLayer,
  renameLayer,
  saying,
  set,
  typeOf,
} from "../core/build.ts";
import { draftOf } from "../building.ts";
import type { State } from "../store.ts";
import * as say from "../strings/layers.ts";
import { notesOf } from "./field.ts";
import { type Commit, complaint, line, numeric, setting, toggle, words } from "./setting.ts";
import type { Desk } from "./view.ts";

const LAYERS = "/layers";

/** One layer, and where it stands. */
interface Place {
  readonly spec: Spec;
  readonly catalog: Catalog;
  readonly layer: LayerSpec;
  readonly index: number;
  readonly last: number;
  readonly state: State;
  readonly desk: Desk;
}

export function layersPart(spec: Spec, catalog: Catalog, state: State, desk: Desk) {
  const layers = layersOf(spec);
  const last = layers.length - 1;
  const place = (layer: LayerSpec, index: number) => ({ spec, catalog, layer, index, last, state, desk });
  return html`<h2>${say.title}</h2>
    <ol class="layers">
      ${layers.map((layer, index) => row(place(layer, index)))}
    </ol>
    ${complaint(LAYERS, state)}
    <button type="button" class="text-button" title=${say.aboutAdd(layers[last]?.name ?? "")} @click=${() => desk.builder.change(LAYERS, addLayer(last))}>
      ${say.add}
    </button>`;
}

function row(place: Place) {
  const { layer, state, desk, index } = place;
  const { name } = layer;
  const open = state.building.open === name;
  const { stepper, below } = width(place);
  return html`<li
    class="built"
    draggable="true"
    data-builds=${name}
    @dragstart=${(event: DragEvent) => carry(event, index)}
    @dragover=${(event: DragEvent) => carried(event) && event.preventDefault()}
    @drop=${(event: DragEvent) => drop(event, place)}
  >
    <div class="built-head">
      <button
        type="button"
        class="built-name"
        aria-expanded=${open ? "true" : "false"}
        aria-controls="layer-${name}"
        title=${say.more}
        @click=${() => desk.builder.open(open ? null : name)}
      >
        <span><b>${name}</b> · ${words(typeOf(layer["activation"]))}</span>
      </button>
      ${stepper}
    </div>
    ${below}
    <div id="layer-${name}" class="built-more" ?hidden=${!open}>${open ? details(place) : nothing}</div>
  </li>`;
}

/** The number of units, with a button for one less and one more. */
function width({ catalog, layer, index, state, desk }: Place) {
  const { name, units } = layer;
  const control = `${LAYERS}/${index}/units`;
  const field = fieldsOf(catalog, layer).find((one) => one.name === "units");
  const fewest = field?.minimum ?? 1;
  const resize = (to: number) => desk.builder.change(control, set(control, to));
  // Of clicks that come faster than they are drawn, each counts.
  const add = (by: number) => {
    const to = Number(at(draftOf(desk.store.state), control)) + by;
    if (to >= fewest) resize(to);
  };
  const one = { name: say.unitsOf(name), label: say.units, control, about: field?.text ?? "" };
  const plain = { name: "units", type: "integer", default: 1, text: "" } as CatalogField;
  const { input, below } = numeric(one, field ?? plain, units, state, desk, (to) => resize(Number(to)));
  const button = (about: string, sign: string, by: number) => html`<button
    type="button"
    aria-label=${about}
    aria-disabled=${units + by < fewest}
    @click=${() => add(by)}
  >
    ${sign}
  </button>`;
  const stepper = html`<span class="stepper">${button(say.fewerUnits(name), "−", -1)}${input}${button(say.moreUnits(name), "+", 1)}</span>`;
  return { stepper, below };
}

function details(place: Place) {
  const { spec, catalog, layer, index, last, state, desk } = place;
  const { name } = layer;
  const change = (...edits: Parameters<Desk["builder"]["change"]>) => desk.builder.change(...edits);
  const add = (at: number) => () => change(LAYERS, addLayer(at));
  return html`${naming(place)}
    ${fieldsOf(catalog, layer)
      .filter((field) => field.name !== "units")
      .map((field) => {
        const control = `${LAYERS}/${index}/${field.name}`;
        const one = {
          name: `${name} ${words(field.name)}`,
          label: words(field.name),
          control,
          about: field.text,
        };
        return setting(
          one,
          field,
          layer[field.name] ?? field.default,
          state,
          desk,
          deciding(place, field, control),
        );
      })}
    ${parametersOf(state, name).map((parameter) => {
      const control = `/frozen/${parameter}`;
      const frozen = say.frozen(parameter);
      const one = { name: frozen, label: frozen, control, about: say.aboutFrozen };
      return toggle(one, frozenOf(spec).includes(parameter), state, (on) =>
        change(control, freeze(parameter, on === true)),
      );
    })}
    <div class="built-acts">
      <button type="button" class="text-button" aria-label=${say.moveUp(name)} title=${say.aboutUp} ?disabled=${index === 0} @click=${() => move(place, -1)}>${say.up}</button>
      <button type="button" class="text-button" aria-label=${say.moveDown(name)} title=${say.aboutDown} ?disabled=${index === last} @click=${() => move(place, 1)}>${say.down}</button>
      <button type="button" class="text-button" aria-label=${say.removeOf(name)} ?disabled=${last === 0} @click=${() => remove(place)}>${say.remove}</button>
      <button type="button" class="text-button" aria-label=${say.addBefore(name)} @click=${add(index)}>${say.before}</button>
      ${
        index === last
          ? nothing
          : html`<button type="button" class="text-button" aria-label=${say.addAfter(name)} @click=${add(index + 1)}>${say.after}</button>`
      }
    </div>`;
}

/** A thing that says what weights start from by default decides that, as long as nothing else was chosen. */
function deciding({ catalog, index, desk }: Place, field: CatalogField, control: string): Commit {
  return (value) => {
    const decides = saying(entryOf(catalog.activations, value), "default_init") !== undefined;
    const bare = typeof value === "object" && value !== null && Object.keys(value).length === 1;
    const edit =
      decides && bare && field.name === "activation"
        ? activate(catalog, index, typeOf(value))
        : set(control, value);
    desk.builder.change(control, edit);
  };
}

function naming({ layer, index, state, desk }: Place) {
  const control = `${LAYERS}/${index}/name`;
  const { described, invalid, below } = notesOf(control, say.aboutName, state);
  const commit = (event: Event) => {
    const name = (event.target as HTMLInputElement).value.trim();
    desk.builder.change(control, renameLayer(index, name));
    desk.builder.open(name);
  };
  const input = html`<input
    type="text"
    class="field"
    aria-label=${say.nameOf(layer.name)}
    aria-describedby=${described}
    aria-invalid=${invalid}
    autocomplete="off"
    spellcheck="false"
    maxlength="40"
    .value=${layer.name}
    @change=${commit}
  />`;
  return line({ label: say.name }, { input, below });
}

function fieldsOf(catalog: Catalog, layer: LayerSpec): readonly CatalogField[] {
  return entryOf(catalog.layers, layer)?.fields ?? [];
}

/** The parameters that a layer of the session has; one that is being built has none yet. */
function parametersOf({ net }: State, layer: string): string[] {
  const tensors = [...(net?.info.values() ?? [])];
  return tensors.filter((one) => one.layer === layer && one.role === "parameter").map(({ name }) => name);
}

// What moves rows

function move({ layer, index, last, desk }: Place, by: number): void {
  desk.builder.change(LAYERS, moveLayer(index, index + by));
  const to = index + by;
  const ended = to === 0 || to === last;
  const up = ended ? to === last : by < 0;
  const name = (up ? say.moveUp : say.moveDown)(layer.name);
  focusLater(`[aria-label="${CSS.escape(name)}"]`);
}

function remove({ spec, index, desk }: Place): void {
  desk.builder.change(LAYERS, removeLayer(index));
  const next = layersOf(spec)[index + 1] ?? layersOf(spec)[index - 1];
  if (next) focusLater(`[data-builds="${CSS.escape(next.name)}"] .built-name`);
}

/** Where what had the focus moves or goes away, the focus follows once the rows are drawn. */
function focusLater(selector: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(selector)?.focus());
}

const CARRIED = "application/x-backscope-layer";

function carry(event: DragEvent, index: number): void {
  if (!(event.target as HTMLElement).matches?.("li")) return;
  event.dataTransfer?.setData(CARRIED, String(index));
}

function carried(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes(CARRIED) ?? false;
}

function drop(event: DragEvent, { index, desk }: Place): void {
  if (!carried(event)) return;
  event.preventDefault();
  const from = Number(event.dataTransfer?.getData(CARRIED));
  if (from !== index) desk.builder.change(LAYERS, moveLayer(from, index));
}
