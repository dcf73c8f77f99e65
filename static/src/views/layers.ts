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
  return html`<h2>Network</h2>
    <ol class="layers">
      ${layers.map((layer, index) => row(place(layer, index)))}
    </ol>
    ${complaint(LAYERS, state)}
    <button type="button" class="text" title="Before ${layers[last]?.name}" @click=${() => desk.builder.change(LAYERS, addLayer(last))}>
      + Add layer
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
        title="More of this layer"
        @click=${() => desk.builder.open(open ? null : name)}
      >
        <b>${name}</b> · ${words(typeOf(layer["activation"]))}
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
  const resize = (to: number) => desk.builder.change(control, set(control, to));
  // Of clicks that come faster than they are drawn, each counts.
  const present = () => Number(at(draftOf(desk.store.state), control));
  const one = { name: `${name} units`, label: "units", control, about: field?.text ?? "" };
  const plain = { name: "units", type: "integer", default: 1, text: "" } as CatalogField;
  const { input, below } = numeric(one, field ?? plain, units, state, desk, (to) => resize(Number(to)));
  const button = (act: string, sign: string, by: number) => html`<button
    type="button"
    aria-label="${act} ${name} units"
    ?disabled=${units + by < (field?.minimum ?? 1)}
    @click=${() => resize(present() + by)}
  >
    ${sign}
  </button>`;
  const stepper = html`<span class="stepper">${button("Fewer", "−", -1)}${input}${button("More", "+", 1)}</span>`;
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
      const about = "A frozen parameter has a gradient and is not changed by it";
      const one = { name: `${parameter} frozen`, label: `${parameter} frozen`, control, about };
      return toggle(one, frozenOf(spec).includes(parameter), state, (on) =>
        change(control, freeze(parameter, on === true)),
      );
    })}
    <div class="built-acts">
      <button type="button" class="text" aria-label="Move ${name} up" title="Towards the input" ?disabled=${index === 0} @click=${() => move(place, -1)}>↑ up</button>
      <button type="button" class="text" aria-label="Move ${name} down" title="Towards the loss" ?disabled=${index === last} @click=${() => move(place, 1)}>↓ down</button>
      <button type="button" class="text" aria-label="Remove ${name}" ?disabled=${last === 0} @click=${() => remove(place)}>remove</button>
      <button type="button" class="text" aria-label="Add layer before ${name}" @click=${add(index)}>+ before</button>
      ${
        index === last
          ? nothing
          : html`<button type="button" class="text" aria-label="Add layer after ${name}" @click=${add(index + 1)}>+ after</button>`
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
  const { described, invalid, below } = notesOf(control, "What its tensors are called by", state);
  const commit = (event: Event) => {
    const name = (event.target as HTMLInputElement).value.trim();
    desk.builder.change(control, renameLayer(index, name));
    desk.builder.open(name);
  };
  const input = html`<input
    type="text"
    class="field"
    aria-label="${layer.name} name"
    aria-describedby=${described}
    aria-invalid=${invalid}
    autocomplete="off"
    spellcheck="false"
    maxlength="40"
    .value=${layer.name}
    @change=${commit}
  />`;
  return line({ label: "name" }, { input, below });
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
  focusLater(`[aria-label="Move ${CSS.escape(layer.name)} ${up ? "up" : "down"}"]`);
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
