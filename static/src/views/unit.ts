/** Everything that belongs to the selected number's unit: its own numbers, its incoming weights, its bias. */

import { html, nothing } from "lit";

import type { Frame } from "../api/types.ts";
import { gradientOf, layerOf, type Net, unitOf } from "../core/net.ts";
import { type Address, addressText, valueAt } from "../core/numbers.ts";
import { number } from "./number.ts";

const MOST_WEIGHTS = 32;

export function unitNumbers(net: Net, frame: Frame, selected: Address, sample: number) {
  const place = unitOf(net, selected);
  const layer = place && layerOf(net, place.layer);
  if (!place || !layer) return nothing;
  const own = [layer.inner, layer.out, gradientOf(net, layer.out), gradientOf(net, layer.inner)]
    .filter((tensor): tensor is string => tensor !== null)
    .map((tensor) => ({ tensor, index: [sample, place.unit] }));
  const inputs = layerOf(net, layer.source ?? "")?.units ?? 0;
  const weights = Array.from({ length: layer.weights ? Math.min(inputs, MOST_WEIGHTS) : 0 }, (_, j) => ({
    tensor: layer.weights ?? "",
    index: [place.unit, j],
  }));
  const bias = layer.bias ? [{ tensor: layer.bias, index: [place.unit] }] : [];
  return html`<div class="unit-numbers">
    <h3>Unit ${layer.name}.${place.unit}</h3>
    <ul>
      ${own.map((address) => row(net, frame, address))}
      ${[...weights, ...bias].map((address) => row(net, frame, address))}
    </ul>
    ${inputs > MOST_WEIGHTS ? html`<p class="muted">and ${inputs - MOST_WEIGHTS} more weights</p>` : nothing}
  </div>`;
}

function row(net: Net, frame: Frame, address: Address) {
  const gradient =
    net.info.get(address.tensor)?.role === "parameter" ? gradientOf(net, address.tensor) : null;
  const steep = gradient ? { tensor: gradient, index: address.index } : null;
  return html`<li>
    ${number(address, valueAt(frame, address), addressText(address))}
    ${steep ? html`<span class="steep">${number(steep, valueAt(frame, steep), addressText(steep))}</span>` : nothing}
  </li>`;
}
