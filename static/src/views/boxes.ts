/** The units on the network: a box with a number or a map, and how it lets the gradient through. */

import { html, nothing } from "lit";

import type { Frame } from "../api/types.ts";
import { briefOf } from "../core/brief.ts";
import { hasRoomForName } from "../core/form.ts";
import { nameOf } from "../core/heading.ts";
import { isPlane } from "../core/maps.ts";
import { batchOf, gradientOf, INPUT, type Layer, layerOf, type Net, unitOf } from "../core/net.ts";
import {
  addressText,
  element as elementOf,
  full,
  letter,
  lightsText,
  short,
  sign,
  valueAt,
} from "../core/numbers.ts";
import { type Passing, passingOf, passingText } from "../core/passing.ts";
import type { BiasEdge, Column, Scene, Unit } from "../core/scene.ts";
import type { State } from "../store.ts";
import * as say from "../strings/diagram.ts";
import { isNone } from "../strings/number.ts";
import { mapOf } from "./maps.ts";
import { aloud, number, on } from "./number.ts";
import { at, styleMap } from "./styles.ts";

const ROOM_FOR_LETTER = 100;
/** By how much what a unit is called may be wider than its box. */
const NAME_BEYOND = 26;
/** How wide a sign of a number is in a box, a letter before it, and what the border takes on both sides. */
const SIGN = 8.4;
const LETTER = 22;
const BORDER = 6;

/** A unit with its last number only, or with that as a tint only; the inspector has all of them. */
export function unitInBrief(
  net: Net,
  frame: Frame,
  column: Column,
  { x, y, width, height, unit }: Unit,
  tensor: string,
  { sample, selected }: State,
  bias: BiasEdge | undefined,
  first: boolean,
) {
  const { form, across, layer } = column;
  const { address, value, tint } = briefOf(net, tensor, frame, [sample, unit]);
  const place = selected && unitOf(net, selected);
  const current = place?.layer === layer.name && place.unit === unit;
  const reached = net.info.get(tensor)?.gradient_of ? "reached" : layer.inner === null ? "given" : "computed";
  const name = addressText(address);
  const stands = layer.names[unit] ?? null;
  const text = say.named(stands, value === null ? isNone(name) : `${name} = ${full(value)}`);
  const passing = passingOf(net, layer, frame, [sample, unit]);
  const slim = form === "slim";
  const placed = {
    left: `${x - width / 2}px`,
    top: `${y - height / 2}px`,
    width: `${width}px`,
    "--box": `${height}px`,
    "--tint": `${Math.round(tint * (slim ? 45 : 90))}%`,
  };
  const pictured = isPlane(net);
  const letterBefore = width >= ROOM_FOR_LETTER && !pictured ? letterOf(tensor) : "";
  const room = width - (pictured ? height : 0) - (letterBefore ? LETTER : 0);
  return html`<div
    class="unit ${slim ? "slim" : "cell"} ${value === null ? "waiting" : reached} ${sign(value ?? 0)} ${passing?.kind ?? ""}"
    role="group"
    tabindex=${first ? 0 : -1}
    data-unit="${layer.name}.${unit}"
    data-across=${across}
    data-asks=${slim ? nothing : name}
    title=${slim ? nothing : text}
    aria-label=${spoken(layer, unit, { [letter(tensor)]: value }, passingText(passing, batchOf(net, frame)))}
    aria-current=${current ? "true" : nothing}
    style=${styleMap(placed)}
  >
    <div class="box ${slim ? tightness(value, room) : ""}">${mapOf(net, layer, unit)}${slim ? number(address, value, on(letterBefore)) : nothing}</div>
    ${slim ? passage(passing, batchOf(net, frame)) : nothing}
    ${slim && hasRoomForName(column) ? called(stands, width) : nothing}
    ${bias ? dot(bias, { left: x - width / 2, top: y - height / 2 }, frame) : nothing}
  </div>`;
}

/** The bias of a unit in brief, where its constant is drawn. */
export function biasOf({ biases }: Scene, { layer, unit }: Unit): BiasEdge | undefined {
  return biases.find((one) => one.layer === layer && one.target === unit && one.radius > 0);
}

/** What is pointed at and heard of a bias that has no room for its number: a door to it. */
function dot({ bias, curve: { from } }: BiasEdge, corner: { left: number; top: number }, frame: Frame) {
  const name = addressText(bias);
  return html`<button
    type="button"
    class="bias"
    tabindex="-1"
    data-asks=${name}
    data-lights=${lightsText(bias)}
    aria-label=${say.biasIs(name, aloud(valueAt(frame, bias)))}
    style=${styleMap(at(from.x - corner.left, from.y - corner.top))}
  ></button>`;
}

/** A unit with its numbers in and below its box, and a mark where little of the gradient passes. */
export function unitBox(
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
  const outcome = made === net.layers.at(-1) ? net.outcome : null;
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
    aria-label=${spoken(made, unit.unit, values, passingText(passing, batch))}
    aria-current=${current ? "true" : nothing}
    style=${styleMap(box)}
  >
    <div class="box ${inside === null ? "" : tightness(value(inside), unit.width)}">
      ${mapOf(net, made, unit.unit)}${inside === null ? nothing : number({ tensor: inside, ...place }, value(inside), on(letterOf(inside)))}
    </div>
    ${passage(passing, batch)} ${called(made.names[unit.unit] ?? null, unit.width)}
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

/** Whether a number is to be written smaller to stand inside of the border. */
function tightness(value: number | null, room: number): string {
  return value !== null && SIGN * short(value).length > room - BORDER ? "tight" : "";
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

function letterOf(tensor: string): string {
  return tensor.startsWith(`${INPUT}.`) ? "" : letter(tensor);
}

/** What a unit stands for, below its box and a little wider than that. */
function called(name: string | null, width: number) {
  if (name === null) return nothing;
  return html`<span class="unit-name" title=${name}>${nameOf(name, width + NAME_BEYOND, "plain")}</span>`;
}

function spoken(
  { name, names }: Layer,
  unit: number,
  values: Record<string, number | null>,
  passing: string,
): string {
  const said = Object.entries(values).map(([name, value]) => `${name} ${aloud(value)}`);
  return say.unit(name, unit, names[unit] ?? null, [...said, passing].filter(Boolean));
}
