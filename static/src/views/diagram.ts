/** The network's elements over its lines: headings, units, the loss, labels, and the legend, where the scene has them. */

import { html, nothing } from "lit";

import type { Frame } from "../api/types.ts";
import { briefOf, presentTensor } from "../core/brief.ts";
import { insideAt, lineOf, roomAt } from "../core/heading.ts";
import { placeOfTag } from "../core/place.ts";
import {
  batchOf,
  dividedBy,
  gradientOf,
  INPUT,
  type Layer,
  layerOf,
  type Net,
  parameterOf,
  unitOf,
} from "../core/net.ts";
import { LINE, linesBelow } from "../core/form.ts";
import {
  type Address,
  addressText,
  element as elementOf,
  full,
  sameAddress,
  short,
  sign,
  valueAt,
} from "../core/numbers.ts";
import { isPlane, reachText, scaleOf } from "../core/maps.ts";
import { type Passing, passingOf, passingText } from "../core/passing.ts";
import { sheetTensor } from "../core/pose.ts";
import type { Column, Edge, Group, Matrix, Scene, Unit } from "../core/scene.ts";
import type { State, Store } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/diagram.ts";
import { isNone } from "../strings/number.ts";
import { ailing } from "./ailing.ts";
import { mapOf } from "./maps.ts";
import { letter, type Manner, number } from "./number.ts";
import { styleMap } from "./styles.ts";

const MOST_TARGETS = 12;
const ROOM_FOR_CAPTION = 24;
const ROOM_FOR_LETTER = 100;

export function networkTemplate(scene: Scene, net: Net, frame: Frame, state: State, store: Store) {
  const labelled = scene.edges.filter(({ label }) => label);
  return html`
    ${scene.groups.map((group) => heading(group, scene, batchOf(net, frame), state, store))}
    ${scene.columns.map((column) => layer(scene, net, frame, column, state, store))}
    ${lossNode(scene, net, frame, state)} ${labelled.map((edge) => label(edge, frame))}
    ${scene.matrices.filter(roomy).map((matrix) => caption(matrix, net, frame))} ${tag(scene, net, frame, state)}
    ${legend(scene, isPlane(net), kindsOf(scene, net, frame, state.sample))}
  `;
}

/** What repeated layers have in common, as the button that takes them apart and folds them again. */
function heading(
  { fold, closed, left, right, top }: Group,
  scene: Scene,
  batch: number,
  state: State,
  store: Store,
) {
  const [first] = fold.layers;
  const last = fold.layers.at(-1);
  const name = `${first?.name} – ${last?.name} × ${fold.layers.length} ▸ !`;
  const x = insideAt((left + right) / 2, scene.width, name, []);
  return html`<div class="layer-name" style=${styleMap(at(x, top - 8))}>
    <div class="layer-title">
    <button
      type="button"
      class="fold"
      aria-expanded=${closed ? "false" : "true"}
      title=${closed ? say.unfold : say.fold}
      @mousedown=${stay}
      @click=${() => store.set({ unfolded: closed })}
    >
      <b>${first?.name} – ${last?.name}</b> × ${fold.layers.length}
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

function layer(scene: Scene, net: Net, frame: Frame, column: Column, state: State, store: Store) {
  const { layer, x, top, hidden, form, grouped } = column;
  const own = scene.units.filter((unit) => unit.layer === layer.name);
  const batch = batchOf(net, frame);
  const tensor = presentTensor(net, layer, frame);
  const divided = dividedBy(state.spec, batch);
  const mark = net.info.get(tensor)?.gradient_of ? divided : "";
  const last = form === "full" || layer.name === INPUT ? [] : [letter(tensor) + mark];
  // Where layers are close a unit's own line has no room for it.
  const passed = form === "full" && scene.narrow && divided ? gradientOf(net, layer.inner) : null;
  const reach =
    state.maps && isPlane(net) ? reachText(scaleOf(net, layer, state.maps, state.rows?.ends ?? null)) : "";
  const told = passed === null ? last : [letter(passed) + divided];
  const parts = [scene.narrow && told.length ? "" : kindOf(layer), ...told, reach].filter(Boolean);
  const lines = [lineOf(parts, roomAt(scene, x)), example(batch, state, scene.narrow)].filter(Boolean);
  const present = scene.groups.some(({ fold }) => fold.open === layer);
  return html`<div class="layer" data-layer=${layer.name}>
    ${
      grouped
        ? nothing
        : html`<p class="layer-name" title=${parts.join(" · ")} style=${styleMap(at(insideAt(x, scene.width, layer.name, lines), top - 8))}>
            <b>${layer.name} ${ailing(state, [layer.name], store)}</b>${lines.map((line) => html`<span>${line}</span>`)}
          </p>`
    }
    ${own.map((unit, i) =>
      form === "full"
        ? unitBox(net, frame, unit, state, scene.narrow ? "" : divided, i === 0)
        : unitInBrief(net, frame, column, unit, tensor, state, i === 0),
    )}
    ${hidden > 0 ? html`<p class="layer-rest" style=${styleMap(at(x, column.bottom))}>${say.moreUnits(hidden)}</p>` : nothing}
    ${present ? html`<p class="layer-rest" style=${styleMap(at(x, column.bottom))}>${layer.name}</p>` : nothing}
  </div>`;
}

/** A unit with its last number only, or with that as a tint only; the inspector has all of them. */
function unitInBrief(
  net: Net,
  frame: Frame,
  { form, across, layer }: Column,
  { x, y, width, height, unit }: Unit,
  tensor: string,
  { sample, selected }: State,
  first: boolean,
) {
  const { address, value, tint } = briefOf(net, tensor, frame, [sample, unit]);
  const place = selected && unitOf(net, selected);
  const current = place?.layer === layer.name && place.unit === unit;
  const reached = net.info.get(tensor)?.gradient_of ? "reached" : layer.inner === null ? "given" : "computed";
  const name = addressText(address);
  const text = value === null ? isNone(name) : `${name} = ${full(value)}`;
  const passing = passingOf(net, layer, frame, [sample, unit]);
  const slim = form === "slim";
  const placed = {
    left: `${x - width / 2}px`,
    top: `${y - height / 2}px`,
    width: `${width}px`,
    "--box": `${height}px`,
    "--tint": `${Math.round(tint * (slim ? 45 : 90))}%`,
  };
  return html`<div
    class="unit ${slim ? "slim" : "cell"} ${value === null ? "waiting" : reached} ${sign(value ?? 0)} ${passing?.kind ?? ""}"
    role="group"
    tabindex=${first ? 0 : -1}
    data-unit="${layer.name}.${unit}"
    data-across=${across}
    data-asks=${slim ? nothing : name}
    title=${slim ? nothing : text}
    aria-label=${spoken(layer.name, unit, { [letter(tensor)]: value }, passingText(passing, batchOf(net, frame)))}
    aria-current=${current ? "true" : nothing}
    style=${styleMap(placed)}
  >
    <div class="box">${mapOf(net, layer, unit)}${slim ? number(address, value, on(width >= ROOM_FOR_LETTER && !isPlane(net) ? letterOf(tensor) : "")) : nothing}</div>
    ${slim ? passage(passing, batchOf(net, frame)) : nothing}
  </div>`;
}

function unitBox(
  net: Net,
  frame: Frame,
  unit: Unit,
  { sample, selected }: State,
  divided: string,
  first: boolean,
) {
  const made = layerOf(net, unit.layer);
  if (!made) return nothing;
  const place = { index: [sample, unit.unit] };
  const value = (name: string | null) => (name === null ? null : elementOf(frame.tensors[name], place.index));
  const [out, arriving, passed] = [value(made.out), gradientOf(net, made.out), gradientOf(net, made.inner)];
  const working = value(arriving) !== null ? arriving : value(made.inner) !== null ? made.inner : null;
  const inside = made.inner === null ? made.out : working;
  const outcome = linesBelow(net, made) > 2 ? net.outcome : null;
  const state =
    value(arriving) !== null ? "reached" : out !== null && made.inner !== null ? "computed" : "waiting";
  const isSelected = selected && [made.out, made.inner, arriving, passed].includes(selected.tensor);
  const current = isSelected && selected?.index[1] === unit.unit && selected.index[0] === sample;
  const passing = passingOf(net, made, frame, [sample, unit.unit]);
  const batch = batchOf(net, frame);
  const values = made.inner === null ? { x: out } : { a: out, dz: value(passed) };
  const box = {
    left: `${unit.x - unit.width / 2}px`,
    top: `${unit.y - unit.height / 2}px`,
    width: `${unit.width}px`,
    "--box": `${unit.height}px`,
    "--tint": `${Math.min(1, Math.abs(out ?? 0)) * 45}%`,
  };
  return html`<div
    class="unit ${made.inner === null ? "given" : state} ${sign(out ?? 0)} ${passing?.kind ?? ""}"
    role="group"
    tabindex=${first ? 0 : -1}
    data-unit="${unit.layer}.${unit.unit}"
    aria-label=${spoken(unit.layer, unit.unit, values, passingText(passing, batch))}
    aria-current=${current ? "true" : nothing}
    style=${styleMap(box)}
  >
    <div class="box">
      ${mapOf(net, made, unit.unit)}${inside === null ? nothing : number({ tensor: inside, ...place }, value(inside), on(letterOf(inside)))}
    </div>
    ${passage(passing, batch)}
    ${
      made.inner === null
        ? nothing
        : html`<div class="below">
            ${number({ tensor: made.out, ...place }, out, on(letter(made.out)))}
            ${outcome ? number({ tensor: outcome, ...place }, value(outcome), on(letter(outcome))) : nothing}
            ${passed ? number({ tensor: passed, ...place }, value(passed), on(letter(passed) + divided)) : nothing}
          </div>`
    }
  </div>`;
}

/** A stop where a unit sends nothing back; where it sends little, the error that arrives and the slope as two bars. */
function passage(passing: Passing | null, batch: number) {
  const text = passingText(passing, batch);
  if (!passing || !text) return nothing;
  if (passing.kind === "blocked")
    return html`<span class="stop" data-passing="blocked" title=${say.stops(text)}></span>`;
  const { error, slope, share } = passing;
  const height = (part: number) =>
    styleMap({ "--part": `${Math.round(100 * Math.min(1, Math.abs(part)))}%` });
  return html`<span class="passage" data-passing="weak" title=${text}>
    <i class=${sign(error)} data-part="error" data-figure=${full(error)} style=${height(share)}></i
    ><i data-part="slope" data-figure=${full(slope)} style=${height(slope)}></i>
  </span>`;
}

/** Numbers on the network are no stops of the Tab key: their unit is. */
function on(label = ""): Manner {
  return { label, focusable: false };
}

function letterOf(tensor: string): string {
  return tensor.startsWith(`${INPUT}.`) ? "" : letter(tensor);
}

function spoken(layer: string, unit: number, values: Record<string, number | null>, passing: string): string {
  const said = Object.entries(values).map(
    ([name, value]) => `${name} ${value === null ? say.notComputed : short(value)}`,
  );
  return say.unit(layer, unit, [...said, passing].filter(Boolean));
}

/** A number as it is spoken, also where there is none yet. */
function aloud(value: number | null): string {
  return value === null ? say.notComputed : short(value);
}

/** As many signs of a number have room in the loss's circle as large as they are; in a smaller circle it has none. */
const WIDEST_IN_LOSS = 7;
const SMALLEST_WITH_NUMBER = 30;

function lossNode(scene: Scene, net: Net, frame: Frame, { sample, own: given }: State) {
  const { x, y, radius } = scene.loss;
  const batch = batchOf(net, frame);
  const total = { tensor: net.loss, index: [] };
  const own = { tensor: net.terms, index: [sample] };
  const targets = targetsOf(net, frame, sample);
  const shown = batch > 1 ? own : total;
  const value = valueAt(frame, shown);
  const output = scene.columns.at(-1);
  const beside = scene.narrow && batch > 1 && output?.form === "full";
  const lower = beside ? output.box / 2 + linesBelow(net, output.layer) * LINE : 0;
  const room = { "--below": `${Math.max(radius, lower) + 4}px`, "--room": `${2 * (scene.width - x)}px` };
  const style = { ...at(x, y), ...room, "--radius": `${radius}px` };
  const main = number(shown, value, on());
  const inside = radius >= SMALLEST_WITH_NUMBER;
  return html`<div class="layer" data-layer="loss">
    <div
      class="loss ${value === null ? "waiting" : "computed"}"
      role="group"
      tabindex="0"
      data-main=${net.loss}
      aria-label=${batch > 1 ? say.lossOf(common.example(sample), aloud(value), batch, aloud(valueAt(frame, total))) : say.lossIs(aloud(value))}
      style=${styleMap(style)}
    >
      <div class="circle ${value !== null && short(value).length > WIDEST_IN_LOSS ? "tight" : ""}">
        <span class="letter">${common.loss}</span>${inside ? main : nothing}
      </div>
      <div class="below">
        ${inside ? nothing : html`<span class="line">${main}</span>`}
        <span class="line"
          ><span class="letter">${say.target}</span>${targets.map((target) =>
            number(target, valueAt(frame, target), on()),
          )}</span
        >
        ${net.penalties.map(
          (tensor) =>
            html`<span class="line"
              >${number({ tensor, index: [] }, valueAt(frame, { tensor, index: [] }), on(letter(tensor)))}</span
            >`,
        )}
        ${
          batch > 1
            ? html`<span class="line"
                >${number(total, valueAt(frame, total), on(say.batchOf(batch)))}</span
              >`
            : html`<span class="line letter">${given ? say.ownExample : say.batchOf(1)}</span>`
        }
      </div>
    </div>
  </div>`;
}

/** The targets of an example: one of its own, or one an output. */
function targetsOf(net: Net, frame: Frame, sample: number): Address[] {
  const columns = frame.tensors[net.target]?.shape[1];
  if (columns === undefined) return [{ tensor: net.target, index: [sample] }];
  const shown = Math.min(columns, MOST_TARGETS);
  return Array.from({ length: shown }, (_, unit) => ({ tensor: net.target, index: [sample, unit] }));
}

/** A weight, written on its edge. */
function label({ weight, label }: Edge, frame: Frame) {
  if (!label) return nothing;
  return html`<div class="weight" style=${styleMap(at(label.x, label.y))}>
    ${number(weight, valueAt(frame, weight), on())}
  </div>`;
}

function roomy({ area }: Matrix): boolean {
  return area.right - area.left >= ROOM_FOR_CAPTION;
}

/** What a matrix shows: the weights, or their gradients once there are any. */
function caption({ area, foot, weights }: Matrix, net: Net, frame: Frame) {
  const tensor = sheetTensor(net, weights, frame);
  const matrix = `${letter(tensor)} ${net.info.get(weights)?.shape.join(" × ") ?? ""}`;
  const large = frame.tensors[tensor]?.values == null;
  return html`<p class="layer-rest" style=${styleMap(at((area.left + area.right) / 2, foot))}>
    ${large ? say.tooMany(matrix) : matrix}
  </p>`;
}

/** About how much room a tag takes. */
const TAG = { width: 122, wide: 152, line: 23, padding: 10 };

/** A weight says its value, its gradient and its update at its edge: the lit one, or where there is room the selected. */
function tag(scene: Scene, net: Net, frame: Frame, { lit, selected, spec }: State) {
  const roomy = scene.columns.every(({ form }) => form === "full");
  const asked = [lit, roomy ? selected : null];
  const found = asked.map((address) => address && edgeOf(scene, net, address)).find(Boolean);
  if (!found || scene.narrow) return nothing;
  const { weight } = found;
  const numbers = related(net, weight.tensor).map((tensor) => ({ tensor, index: weight.index }));
  const batch = batchOf(net, frame);
  const mark = (tensor: string) => (tensor === gradientOf(net, weight.tensor) ? dividedBy(spec, batch) : "");
  const size = {
    width: batch > 1 ? TAG.wide : TAG.width,
    height: TAG.line * (numbers.length + (batch > 1 ? 1 : 0)) + TAG.padding,
  };
  const { left, right, bottom } = placeOfTag(net, scene, batch, found, size);
  return html`<div class="tag" style=${styleMap(at((left + right) / 2, bottom))}>
    ${numbers.map((address) =>
      number(address, valueAt(frame, address), on(letter(address.tensor) + mark(address.tensor))),
    )}
    ${batch > 1 ? html`<span class="letter">${say.batchOf(batch)}</span>` : nothing}
  </div>`;
}

/** The weight or bias at whose edge a number is marked: its own, that of a gradient or an update, or the number itself. */
export function weightOf(net: Net, { tensor, index }: Address): Address {
  return { tensor: parameterOf(net, tensor) ?? tensor, index };
}

/** A parameter, its gradient and its update, as far as the network has them. */
function related(net: Net, parameter: string): string[] {
  const update = net.schedule.find((tick) => tick.phase === "update" && tick.writes.includes(parameter))
    ?.writes[0];
  return [parameter, gradientOf(net, parameter), update].filter(
    (name): name is string => typeof name === "string",
  );
}

/** The edge or bias that a weight, or its gradient or update, is at. */
function edgeOf(scene: Scene, net: Net, { tensor, index }: Address) {
  const parameters = net.layers.flatMap(({ weights, bias }) => [weights, bias]);
  const parameter = parameters.find((name) => name !== null && related(net, name).includes(tensor));
  if (!parameter) return null;
  const own = { tensor: parameter, index };
  const edge = scene.edges.find(({ weight }) => weight.tensor === parameter && sameAddress(weight, own));
  if (edge) return edge;
  const bias = scene.biases.find((one) => sameAddress(one.bias, own));
  return bias ? { weight: bias.bias, curve: bias.curve, label: null } : null;
}

/** How the units that are drawn let the gradient through. */
function kindsOf({ units }: Scene, net: Net, frame: Frame, sample: number): ReadonlySet<string | undefined> {
  const kinds = units.map(({ layer, unit }) => {
    const made = layerOf(net, layer);
    return made && passingOf(net, made, frame, [sample, unit])?.kind;
  });
  return new Set(kinds);
}

function legend({ columns }: Scene, pictured: boolean, kinds: ReadonlySet<string | undefined>) {
  const cells = columns.some(({ form }) => form === "cells");
  return html`<p class="legend" aria-hidden="true">
    <span><i class="key positive"></i>${say.positive}</span><span><i class="key negative"></i>${say.negative}</span>
    <span><i class="key band"></i>${say.gradient}</span
    ><span><i class="key arrow">➤</i>${say.travels}</span>
    <span>${cells ? html`<i class="key tinted"></i>${say.cell}` : html`<i class="key one">1</i>${say.bias}`}</span>
    ${pictured ? html`<span title=${say.aboutMap}>−1<i class="key scale"></i>1 ${say.map}</span>` : nothing}
    ${kinds.has("blocked") ? html`<span><i class="stop key-stop"></i>${say.stopped}</span>` : nothing}
    ${kinds.has("weak") ? html`<span><i class="passage key-passage"><i></i><i></i></i>${say.weak}</span>` : nothing}
    <span>${say.dash}</span>
  </p>`;
}

function at(x: number, y: number): Record<string, string> {
  return { left: `${x}px`, top: `${y}px` };
}
