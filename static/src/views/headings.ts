/** What stands above the layers: their names, what they are, which example is shown, and a mark where something ails. */

import { html } from "lit";

import type { Frame } from "../api/types.ts";
import { presentTensor } from "../core/brief.ts";
import { findingsOf } from "../core/diagnosis.ts";
import { ABOVE, areaOfHeading, insideAt, lineOf, nameOf, roomAt } from "../core/heading.ts";
import { isPlane, reachText, scaleOf } from "../core/maps.ts";
import { letter } from "../core/numbers.ts";
import { batchOf, dividedBy, gradientOf, INPUT, type Layer, type Net } from "../core/net.ts";
import type { Area, Column, Group, Scene } from "../core/scene.ts";
import type { State, Store } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/diagram.ts";
import { ailing } from "./ailing.ts";
import { at, styleMap } from "./styles.ts";

/** What repeated layers have in common, as the button that takes them apart and folds them again. */
export function groupHeading(group: Group, scene: Scene, batch: number, state: State, store: Store) {
  const { fold, closed, left, right, top } = group;
  const [first] = fold.layers;
  const ends = endsOf(group, scene);
  const x = insideAt((left + right) / 2, scene.width, nameOfGroup(group, scene), []);
  return html`<div class="layer-name" style=${styleMap(at(x, top - ABOVE))}>
    <div class="layer-title">
    <button
      type="button"
      class="fold"
      aria-expanded=${closed ? "false" : "true"}
      title=${closed ? say.unfold : say.fold}
      @mousedown=${stay}
      @click=${() => store.set({ unfolded: closed })}
    >
      <b>${ends}</b> × ${fold.layers.length}
    </button>
    ${ailing(
      state,
      fold.layers.map(({ name }) => name),
      store,
    )}
    </div>
    <span>${kindOf(first)}</span>
    <span>${example(batch, state, scene.narrow)}</span>
  </div>`;
}

export function layerHeading(
  scene: Scene,
  net: Net,
  frame: Frame,
  column: Column,
  state: State,
  store: Store,
) {
  const { layer, x, top } = column;
  const { name, parts, lines } = told(scene, net, frame, column, state);
  const place = at(insideAt(x, scene.width, name, lines), top - ABOVE);
  return html`<p class="layer-name" title=${parts.join(" · ")} style=${styleMap(place)}>
    <b>${name} ${ailing(state, [layer.name], store)}</b>${lines.map((line) => html`<span>${line}</span>`)}
  </p>`;
}

/** What all headings cover. */
export function headingAreas(scene: Scene, net: Net, frame: Frame, state: State): Area[] {
  const alone = scene.columns.filter(({ grouped }) => !grouped);
  const own = alone.map((column) => {
    const { layer, x, top } = column;
    const { name, lines } = told(scene, net, frame, column, state);
    const marked = findingsOf(state.diagnosis, layer.name).length ? `${name} !!` : name;
    return areaOfHeading({ x, name: marked, lines }, top - ABOVE, scene.width);
  });
  const ofGroups = scene.groups.map((group) => {
    const lines = [kindOf(group.fold.layers[0]), example(batchOf(net, frame), state, scene.narrow)];
    const heading = { x: (group.left + group.right) / 2, name: nameOfGroup(group, scene), lines };
    return areaOfHeading(heading, group.top - ABOVE, scene.width);
  });
  return [...own, ...ofGroups];
}

/** A layer's name and what is said below it, as much as there is room for; and the whole of it as `parts`. */
function told(scene: Scene, net: Net, frame: Frame, { layer, x, form }: Column, state: State) {
  const batch = batchOf(net, frame);
  const tensor = presentTensor(net, layer, frame);
  const divided = dividedBy(state.spec, batch);
  const mark = net.info.get(tensor)?.gradient_of ? divided : "";
  const last = form === "full" || layer.name === INPUT ? [] : [letter(tensor) + mark];
  // Where layers are close a unit's own line has no room for it.
  const passed = form === "full" && scene.narrow && divided ? gradientOf(net, layer.inner) : null;
  const reach =
    state.maps && isPlane(net) ? reachText(scaleOf(net, layer, state.maps, state.rows?.ends ?? null)) : "";
  const present = passed === null ? last : [letter(passed) + divided];
  const said = [scene.narrow && present.length ? "" : kindOf(layer), ...present, reach].filter(Boolean);
  const room = roomAt(scene, x);
  const name = nameOf(layer.name, room);
  const lines = [lineOf(said, room), example(batch, state, scene.narrow)].filter(Boolean);
  return { name, parts: name === layer.name ? said : [layer.name, ...said], lines };
}

/** The first and the last of the layers that are folded. */
function endsOf({ fold: { layers }, left, right }: Group, scene: Scene): string {
  const room = roomAt(scene, (left + right) / 2) / 2;
  return [layers[0], layers.at(-1)].map((layer) => nameOf(layer?.name ?? "", room)).join(" – ");
}

/** About what stands in the first line, with its signs. */
function nameOfGroup(group: Group, scene: Scene): string {
  return `${endsOf(group, scene)} × ${group.fold.layers.length} ▸ !`;
}

/** What a layer is, in words. */
function kindOf(layer: Layer | undefined): string {
  return layer?.name === INPUT ? "x" : (layer?.activation ?? "").replaceAll("_", " ");
}

/** Which of how many examples the units show. */
function example(batch: number, { sample }: State, narrow: boolean): string {
  if (batch === 1) return "";
  return narrow ? common.example(sample) : common.exampleOf(sample, batch);
}

/** A click leaves the focus where it was, so that the keys go on moving through time. */
function stay(event: Event): void {
  event.preventDefault();
}
