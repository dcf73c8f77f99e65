/** The tag of a weight or a bias on the network: its value, its gradient and its update, beside its edge. */

import { html, nothing } from "lit";

import type { Frame } from "../api/types.ts";
import { batchOf, dividedBy, gradientOf, type Net, parameterOf } from "../core/net.ts";
import { type Address, letter, sameAddress, valueAt } from "../core/numbers.ts";
import { placeOfTag } from "../core/place.ts";
import type { Scene } from "../core/scene.ts";
import type { State } from "../store.ts";
import * as say from "../strings/diagram.ts";
import { headingAreas } from "./headings.ts";
import { number, on } from "./number.ts";
import { at, styleMap } from "./styles.ts";

/** About how much room a tag takes. */
const TAG = { width: 122, wide: 152, line: 23, padding: 10 };

/**
 * A weight says its value, its gradient and its update at its edge: the lit one, or where there is room the selected, or
 * the one that a question is about.
 */
export function tag(scene: Scene, net: Net, frame: Frame, state: State) {
  const { lit, selected, spec, learned } = state;
  const roomy = scene.columns.every(({ form }) => form === "full");
  const question = learned?.asked?.number ?? null;
  const asked = [lit, roomy ? selected : null, question?.among.length ? null : question];
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
  const { left, right, bottom } = placeOfTag(net, scene, headingAreas(scene, net, frame, state), found, size);
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
