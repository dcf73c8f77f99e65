/** What stands above the layers: their names, what they are, which example is shown, and a mark where something ails. */

import { html } from "lit";

import type { Frame } from "../api/types.ts";
import { presentTensor } from "../core/brief.ts";
import { findingsOf } from "../core/diagnosis.ts";
import { ABOVE, areaOfHeading, insideAt, lineOf, nameOf, roomAt } from "../core/heading.ts";
import { isPlane, reachText, scaleOf } from "../core/maps.ts";
import { letter } from "../core/numbers.ts";
import { overlap } from "../core/place.ts";
import { batchOf, dividedBy, gradientOf, INPUT, type Layer, type Net } from "../core/net.ts";
import type { Area, Column, Group, Scene } from "../core/scene.ts";
import type { State, Store } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/diagram.ts";
import { ailing } from "./ailing.ts";
import { at, styleMap } from "./styles.ts";

/**
 * What repeated layers have in common, as the button that takes them apart and folds them again. Where their names
 * would cover another heading, how many they are has to do.
 */
export function groupHeading(group: Group, scene: Scene, net: Net, frame: Frame, state: State, store: Store) {
  const { fold, closed, left, right, top } = group;
  const [first] = fold.layers;
  const batch = batchOf(net, frame);
  const { name, brief } = titleOf(group, scene, batch, state, ownAreas(scene, net, frame, state));
  const x = insideAt((left + right) / 2, scene.width, name, []);
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
      <b class=${brief ? "sr-only" : ""}>${namesOf(group)}</b> × ${fold.layers.length}
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
  const own = ownAreas(scene, net, frame, state);
  const batch = batchOf(net, frame);
  return [...own, ...scene.groups.map((group) => titleOf(group, scene, batch, state, own).area)];
}

/** What the headings of single layers cover. */
function ownAreas(scene: Scene, net: Net, frame: Frame, state: State): Area[] {
  const alone = scene.columns.filter(({ grouped }) => !grouped);
  return alone.map((column) => {
    const { layer, x, top } = column;
    const { name, lines } = told(scene, net, frame, column, state);
    const marked = findingsOf(state.diagnosis, layer.name).length ? `${name} !!` : name;
    return areaOfHeading({ x, name: marked, lines }, top - ABOVE, scene.width);
  });
}

/** About what stands in the first line of a group's heading, with its signs, and what the heading covers. */
function titleOf(group: Group, scene: Scene, batch: number, state: State, own: readonly Area[]) {
  const { fold, left, right, top } = group;
  const lines = [kindOf(fold.layers[0]), example(batch, state, scene.narrow)].filter(Boolean);
  const count = `× ${fold.layers.length} ▸ !`;
  const areaOf = (name: string) =>
    areaOfHeading({ x: (left + right) / 2, name, lines }, top - ABOVE, scene.width);
  const whole = `${namesOf(group)} ${count}`;
  const brief = own.some((other) => overlap(areaOf(whole), other) > 0);
  const name = brief ? count : whole;
  return { name, brief, area: areaOf(name) };
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
function namesOf({ fold: { layers } }: Group): string {
  return `${layers[0]?.name} – ${layers.at(-1)?.name}`;
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
