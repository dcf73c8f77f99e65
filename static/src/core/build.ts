/**
 * What a learner builds: edits of a spec. An edit keeps the rest of the spec such that it still says what it said; of
 * values that were given for parameters only those stay whose layer is of the same shape and starts as it did.
 */

import type { Catalog, Spec, Uploaded } from "../api/types.ts";
import * as say from "../strings/building.ts";
import { type Drawing, EMPTY } from "./points.ts";

export type Edit = (spec: Spec) => Spec;
/** A thing of the catalog; what it says of itself beside its fields depends on its kind. */
export type Entry = Catalog["losses"][number];
export type CatalogField = Entry["fields"][number];

export interface LayerSpec {
  readonly type: string;
  readonly name: string;
  readonly units: number;
  readonly [field: string]: unknown;
}

/** The loss to begin with, and the output layer that goes with it. */
export interface Suggestion {
  readonly loss: string;
  readonly output: { readonly units: number; readonly activation: string };
}

/** What the builder has in hand beside the session that is shown. */
export interface Building {
  /** What was changed since, and is no session yet. */
  readonly edits: readonly Edit[];
  /** What goes with the data that were chosen, where the loss or the output layer do not fit them. */
  readonly suggestion: Suggestion | null;
  /** The control that was changed last: the pointer of what it changes. */
  readonly control: string;
  /** Settings of the optimizer that are on their way: a control shows what was chosen, and not what was before. */
  readonly tuned: Readonly<Record<string, unknown>>;
  /** The settings of optimizers that gave way to others, by their types: for whoever goes back to one. */
  readonly earlierOptimizers: Readonly<Record<string, unknown>>;
  /** Why the server makes no session of it, and the control at which that is said. */
  readonly refused: { readonly control: string; readonly text: string } | null;
  /** The layer whose details are open. */
  readonly open: string | null;
  /** A table on its way to become data, and the names of those that have. */
  readonly table: Table | null;
  readonly tables: Readonly<Record<string, string>>;
  readonly drawing: Drawing;
  /** Whether points are being drawn. */
  readonly draws: boolean;
}

/** A file that was chosen: how it is to be read, what the server understood of it, or why it did not. */
export interface Table {
  readonly file: { readonly name: string; readonly content: Blob };
  readonly options: Readonly<Record<string, string>>;
  readonly understood: Uploaded | null;
  readonly wrong: string | null;
}

export const NOTHING_BUILT: Building = {
  edits: [],
  suggestion: null,
  control: "",
  tuned: {},
  earlierOptimizers: {},
  refused: null,
  open: null,
  table: null,
  tables: {},
  drawing: EMPTY,
  draws: false,
};

const UNITS_TO_BEGIN = 3;

// Reading

/** What stands at a JSON pointer. */
export function at(whole: unknown, pointer: string): unknown {
  let found = whole;
  for (const key of pointer.split("/").slice(1)) found = (found as Record<string, unknown> | null)?.[key];
  return found;
}

export function layersOf(spec: Readonly<Record<string, unknown>>): readonly LayerSpec[] {
  return spec["layers"] as LayerSpec[];
}

export function frozenOf(spec: Spec): readonly string[] {
  return (spec["frozen"] ?? []) as string[];
}

function parametersOf(spec: Spec): Record<string, unknown> {
  return (spec["parameters"] ?? {}) as Record<string, unknown>;
}

/** The name of a choice, which is given alone or with values of its fields. */
export function typeOf(value: unknown): string {
  if (typeof value === "string") return value;
  return String((value as { type?: unknown } | null | undefined)?.type ?? "");
}

/** The catalog's list that the choices of a field are of, where each has fields of its own. */
export function listOf(catalog: Catalog, { choices }: CatalogField): readonly Entry[] | null {
  if (!choices?.length) return null;
  const lists = Object.values(catalog) as readonly (readonly Entry[])[];
  return lists.find((list) => choices.every((choice) => list.some(({ type }) => type === choice))) ?? null;
}

export function entryOf(list: readonly Entry[], value: unknown): Entry | undefined {
  return list.find(({ type }) => type === typeOf(value));
}

/** What an entry says of itself beside its fields. */
export function saying(entry: Entry | undefined, key: string): unknown {
  return (entry as Record<string, unknown> | undefined)?.[key];
}

/** What is built without what was changed of a spec and does not belong to another. */
export function unedited(building: Building): Building {
  return { ...building, edits: [], tuned: {}, earlierOptimizers: {}, suggestion: null, refused: null };
}

export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

// Editing

/** The same with another value at a JSON pointer. */
export function put<Whole>(whole: Whole, pointer: string, value: unknown): Whole {
  const [key = "", ...rest] = pointer.split("/").slice(1);
  const inner = rest.length
    ? put((whole as Record<string, unknown>)[key], `/${rest.join("/")}`, value)
    : value;
  if (Array.isArray(whole)) return whole.with(Number(key), inner) as Whole;
  return { ...whole, [key]: inner };
}

export function set(pointer: string, value: unknown): Edit {
  return (spec) => tended(spec, put(spec, pointer, value));
}

/** Give a layer another activation. What weights start from follows, where the activation before had decided that. */
export function activate(catalog: Catalog, index: number, type: string): Edit {
  return (spec) => {
    const layer = layersOf(spec)[index];
    if (!layer) return spec;
    const decides = (of: unknown) => saying(entryOf(catalog.activations, of), "default_init");
    const given = Object.keys(parametersOf(spec)).some((name) => layerNameOf(name) === layer.name);
    const followed = !given && typeOf(layer["init"]) === decides(layer["activation"]);
    const init = followed ? { init: decides(type) } : {};
    return withLayers(spec, layersOf(spec).with(index, { ...layer, activation: { type }, ...init }));
  };
}

/** A layer like the one before it (or after, where there is none before), at a place among the others. */
export function addLayer(index: number): Edit {
  return (spec) => {
    const layers = layersOf(spec);
    const hidden = layers.slice(0, -1);
    const like = hidden[index - 1] ?? hidden[0] ?? layers.at(-1);
    if (!like) return spec;
    const units = hidden.length ? like.units : UNITS_TO_BEGIN;
    return withLayers(spec, layers.toSpliced(index, 0, { ...like, name: freeName(layers), units }));
  };
}

function freeName(layers: readonly LayerSpec[]): string {
  for (let number = 1; ; number++)
    if (!layers.some(({ name }) => name === `hidden${number}`)) return `hidden${number}`;
}

export function removeLayer(index: number): Edit {
  return (spec) => withLayers(spec, layersOf(spec).toSpliced(index, 1));
}

/** Put the layer that is at one place to another. */
export function moveLayer(from: number, to: number): Edit {
  return (spec) => {
    const layer = layersOf(spec)[from];
    return layer ? withLayers(spec, layersOf(spec).toSpliced(from, 1).toSpliced(to, 0, layer)) : spec;
  };
}

/** Another name for a layer, and so for its parameters. */
export function renameLayer(index: number, name: string): Edit {
  return (spec) => {
    const layer = layersOf(spec)[index];
    if (!layer) return spec;
    const renamed = (parameter: string) =>
      layerNameOf(parameter) === layer.name ? name + parameter.slice(layer.name.length) : parameter;
    const parameters = Object.entries(parametersOf(spec)).map(([key, value]) => [renamed(key), value]);
    return {
      ...spec,
      layers: layersOf(spec).with(index, { ...layer, name }),
      parameters: Object.fromEntries(parameters) as unknown,
      frozen: frozenOf(spec).map(renamed),
    };
  };
}

export function freeze(parameter: string, frozen: boolean): Edit {
  return (spec) => {
    const others = frozenOf(spec).filter((name) => name !== parameter);
    return { ...spec, frozen: frozen ? [...others, parameter] : others };
  };
}

/** Learn from other data. `alike` says that they have as many inputs; a batch of `all` rows stays one of all rows. */
export function useData(data: Record<string, unknown>, alike: boolean, all: boolean): Edit {
  return (spec) => tended(spec, { ...spec, data, ...(all ? { batch_size: null as never } : {}) }, alike);
}

/** What own networks are called: an example's name is the example's. */
export function ownName(catalog: Catalog | null): Edit {
  return (spec) =>
    catalog?.presets.some(({ title }) => title === spec.name) ? { ...spec, name: say.ownNetwork } : spec;
}

function withLayers(spec: Spec, layers: readonly LayerSpec[]): Spec {
  return tended(spec, { ...spec, layers });
}

/**
 * The spec `after` an edit without what it cannot mean any more: values of a layer that has another shape or starts
 * otherwise, and what was frozen at such a value or is of a layer that is gone.
 */
function tended(before: Spec, after: Spec, alikeInputs = true): Spec {
  const [old, now] = [layersOf(before), layersOf(after)];
  const stays = (parameter: string) => {
    const name = layerNameOf(parameter);
    const [i, j] = [placeOf(old, name), placeOf(now, name)];
    if (i < 0 || j < 0) return false;
    const widths = i && j ? old[i - 1]?.units === now[j - 1]?.units : i === j && alikeInputs;
    return widths && same(shaping(old[i]), shaping(now[j]));
  };
  const given = Object.entries(parametersOf(after));
  const kept = given.filter(([name]) => stays(name));
  const lost = new Set(given.map(([name]) => name).filter((name) => !stays(name)));
  const frozen = frozenOf(after).filter((name) => !lost.has(name) && placeOf(now, layerNameOf(name)) >= 0);
  return { ...after, parameters: Object.fromEntries(kept) as unknown, frozen };
}

/** What the shape of a layer's parameters and their starting values hang on: all but what it makes of its sums. */
function shaping(layer: LayerSpec | undefined) {
  return { ...layer, name: null, activation: null };
}

function placeOf(layers: readonly LayerSpec[], name: string): number {
  return layers.findIndex((layer) => layer.name === name);
}

function layerNameOf(parameter: string): string {
  return parameter.split(".")[0] ?? "";
}

// Fitting

/** The loss and the output layer to begin with, for so many classes, or null for numbers. */
export function suggestionFor(catalog: Catalog, classes: number | null): Suggestion | null {
  const suits = classes === null ? "numbers" : classes > 2 ? "many classes" : "two classes";
  const loss = catalog.losses.find((entry) => saying(entry, "suits") === suits);
  const plain = catalog.layers[0]?.fields.find(({ name }) => name === "activation")?.default as unknown;
  if (!loss || typeof plain !== "string") return null;
  return {
    loss: loss.type,
    output: { units: classes !== null && classes > 2 ? classes : 1, activation: plain },
  };
}

export function withSuggestion({ loss, output }: Suggestion): Edit {
  return (spec) => {
    const last = layersOf(spec).length - 1;
    const layers = layersOf(spec).map((layer, i) => (i === last ? { ...layer, ...output } : layer));
    return tended(spec, { ...spec, loss: { type: loss }, layers });
  };
}

/** What goes with other data: the loss and the output layer to begin with, where they are known. */
export interface Fitting {
  readonly suggestion: Suggestion | null;
}

/**
 * What else to try after the server has refused a spec at `pointer`: without the frozen parameter that is not there any
 * more; with other `data`, a batch of all rows where there are fewer, and the loss and the output layer that go with
 * them. Null where that would not help.
 */
export function fitted(spec: Spec, pointer: string, data: Fitting | null): Spec | null {
  const frozen = /^\/frozen\/(\d+)$/.exec(pointer);
  if (frozen) return { ...spec, frozen: frozenOf(spec).toSpliced(Number(frozen[1]), 1) };
  if (!data) return null;
  if (pointer === "/batch_size" && spec.batch_size !== null) return put(spec, pointer, null);
  if (pointer === "/accumulate" && spec["accumulate"] !== 1) return put(spec, pointer, 1);
  const tried = data.suggestion && withSuggestion(data.suggestion)(spec);
  return tried && /^\/(data|loss|layers)\b/.test(pointer) && !same(tried, spec) ? tried : null;
}

/** The control at which a refusal is said: the one that its pointer leads to, if that was changed, else the `last` one. */
export function controlOf(pointer: string, before: Spec, after: Spec, last: string): string {
  const control = pointer.replace(/^\/data\/(inline|dataset|dataset_id)\b.*/, "/data").replace(/\/type$/, "");
  const known = /^\/(layers\/\d+\/.|[a-z_]+$|(loss|optimizer|penalty|data)\/.)/.test(control);
  const list = /^\/(layers|frozen|parameters)$/.test(control);
  return known && !list && !same(at(before, control), at(after, control)) ? control : last;
}
