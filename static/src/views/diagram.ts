/** The network's elements over its lines: headings, units, the loss, labels, and the legend, where the scene has them. */

import { html, nothing } from "lit";

import type { Frame } from "../api/types.ts";
import { presentTensor } from "../core/brief.ts";
import { batchOf, classOf, dividedBy, layerOf, type Net } from "../core/net.ts";
import { LINE, linesBelow } from "../core/form.ts";
import { type Address, letter, short, valueAt } from "../core/numbers.ts";
import { isPlane } from "../core/maps.ts";
import { passingOf } from "../core/passing.ts";
import { sheetTensor } from "../core/pose.ts";
import type { Column, Edge, Matrix, Scene } from "../core/scene.ts";
import type { State, Store } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/diagram.ts";
import { biasOf, unitBox, unitInBrief } from "./boxes.ts";
import { groupHeading, layerHeading } from "./headings.ts";
import { aloud, number, on } from "./number.ts";
import { at, styleMap } from "./styles.ts";
import { tag } from "./tag.ts";

const MOST_TARGETS = 12;
const ROOM_FOR_CAPTION = 24;

export function networkTemplate(scene: Scene, net: Net, frame: Frame, state: State, store: Store) {
  const labelled = scene.edges.filter(({ label }) => label);
  return html`
    ${scene.groups.map((group) => groupHeading(group, scene, net, frame, state, store))}
    ${scene.columns.map((column) => layer(scene, net, frame, column, state, store))}
    ${lossNode(scene, net, frame, state)} ${labelled.map((edge) => label(edge, frame))}
    ${scene.matrices.filter(roomy).map((matrix) => caption(matrix, net, frame))} ${tag(scene, net, frame, state)}
    ${legend(scene, isPlane(net), kindsOf(scene, net, frame, state.sample))}
  `;
}

function layer(scene: Scene, net: Net, frame: Frame, column: Column, state: State, store: Store) {
  const { layer, x, hidden, form, grouped } = column;
  const own = scene.units.filter((unit) => unit.layer === layer.name);
  const tensor = presentTensor(net, layer, frame);
  const divided = dividedBy(state.spec, batchOf(net, frame));
  const present = scene.groups.some(({ fold }) => fold.open === layer);
  return html`<div class="layer" data-layer=${layer.name}>
    ${grouped ? nothing : layerHeading(scene, net, frame, column, state, store)}
    ${own.map((unit, i) =>
      form === "full"
        ? unitBox(net, frame, unit, state, scene.narrow ? "" : divided, i === 0)
        : unitInBrief(net, frame, column, unit, tensor, state, biasOf(scene, unit), i === 0),
    )}
    ${hidden > 0 ? html`<p class="layer-rest" style=${styleMap(at(x, column.bottom))}>${say.moreUnits(hidden)}</p>` : nothing}
    ${present ? html`<p class="layer-rest" style=${styleMap(at(x, column.bottom))}>${layer.name}</p>` : nothing}
  </div>`;
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
          )}<span class="letter">${classOf(net, frame, sample) ?? nothing}</span></span
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
  return html`<div class="legend" aria-hidden="true">
    <span><i class="key positive"></i>${say.positive}</span><span><i class="key negative"></i>${say.negative}</span>
    <span><i class="key band"></i>${say.gradient}</span
    ><span><i class="key arrow">➤</i>${say.travels}</span>
    <span>${cells ? html`<i class="key tinted"></i>${say.cell}` : html`<i class="key one">1</i>${say.bias}`}</span>
    ${pictured ? html`<span title=${say.aboutMap}>−1<i class="key scale"></i>1 ${say.map}</span>` : nothing}
    ${kinds.has("blocked") ? html`<span><i class="stop key-stop"></i>${say.stopped}</span>` : nothing}
    ${kinds.has("weak") ? html`<span><i class="passage key-passage"><i></i><i></i></i>${say.weak}</span>` : nothing}
    <span>${say.dash}</span>
  </div>`;
}
