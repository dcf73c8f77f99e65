/** Everything that belongs to the selected number's unit: its own numbers, its incoming weights, its bias. */

import { html, nothing } from "lit";

import type { Frame } from "../api/types.ts";
import { gradientOf, layerOf, type Net, unitOf } from "../core/net.ts";
import { type Address, addressText, valueAt } from "../core/numbers.ts";
import * as say from "../strings/unit.ts";
import { number } from "./number.ts";

const MOST_WEIGHTS = 64;

export function unitNumbers(net: Net, frame: Frame, selected: Address, sample: number) {
  const place = unitOf(net, selected);
  const layer = place && layerOf(net, place.layer);
  if (!place || !layer) return nothing;
  const at = (tensor: string | null) => (tensor === null ? null : { tensor, index: [sample, place.unit] });
  const own = [layer.inner, layer.out].map((tensor) => [at(tensor), at(gradientOf(net, tensor))] as const);
  const inputs = layerOf(net, layer.source ?? "")?.units ?? 0;
  const all = Array.from({ length: layer.weights ? inputs : 0 }, (_, j) => ({
    tensor: layer.weights ?? "",
    index: [place.unit, j],
  }));
  const weights = inputs > MOST_WEIGHTS ? strongest(all, frame) : all;
  const bias = layer.bias ? [{ tensor: layer.bias, index: [place.unit] }] : [];
  return html`<div class="unit-numbers">
    <h2>${say.title(`${layer.name}.${place.unit}`)}</h2>
    <ul>
      ${own.map(([value, gradient]) => (value ? row(frame, value, gradient) : nothing))}
      ${[...weights, ...bias].map((address) => row(frame, address, gradientAddress(net, address)))}
    </ul>
    ${inputs > MOST_WEIGHTS ? html`<p class="muted">${say.strongest(MOST_WEIGHTS, inputs)}</p>` : nothing}
  </div>`;
}

function strongest(weights: Address[], frame: Frame): Address[] {
  const size = (weight: Address) => Math.abs(valueAt(frame, weight) ?? 0);
  return weights.toSorted((a, b) => size(b) - size(a)).slice(0, MOST_WEIGHTS);
}

function gradientAddress(net: Net, { tensor, index }: Address): Address | null {
  const gradient = gradientOf(net, tensor);
  return gradient === null ? null : { tensor: gradient, index };
}

/** A number and its gradient side by side. */
function row(frame: Frame, address: Address, gradient: Address | null) {
  return html`<li>
    ${number(address, valueAt(frame, address), { label: own(address) })}
    ${gradient ? number(gradient, valueAt(frame, gradient), { label: own(gradient) }) : nothing}
  </li>`;
}

/** An address without its layer, which the heading names. */
function own(address: Address): string {
  return addressText(address).split(".")[1] ?? "";
}
