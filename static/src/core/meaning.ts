/** What a name stands for, in words: told from the role, the shape and the layer that the graph gives a tensor. */

import type { FactorName, Question } from "../api/types.ts";
import * as say from "../strings/meaning.ts";
import { batched, layerOf, type Net, parameterOf, unitOf } from "./net.ts";
import { type Address, addressText, letter } from "./numbers.ts";

/** A name near a question: what it means in words, by which formula it is had, and the numbers that it stands for. */
export interface Meaning {
  readonly name: string;
  readonly text: string;
  readonly formula: string | null;
  readonly addresses: readonly string[];
}

/** What the names of a question mean: that of the number, and of the factors that it is made of, each once. */
export function meanings(net: Net, question: Question, factors: readonly FactorName[]): Meaning[] {
  const { tensor, index, among } = question;
  const one = { tensor, index: among.length ? [] : index };
  const asked = { name: letter(tensor), text: meaningOf(net, one), formula: null, addresses: [] };
  return [asked, ...[...grouped(factors)].map(([name, alike]) => meaningOfFactor(net, name, alike))];
}

function grouped(factors: readonly FactorName[]): Map<string, FactorName[]> {
  const byText = new Map<string, FactorName[]>();
  for (const factor of factors) byText.set(factor.text, [...(byText.get(factor.text) ?? []), factor]);
  return byText;
}

function meaningOfFactor(net: Net, name: string, alike: readonly FactorName[]): Meaning {
  const places = alike.flatMap(({ tensor, index }) =>
    tensor === null ? [] : [{ tensor, index: index ?? [] }],
  );
  const [place] = places;
  const text = place ? meaningOf(net, places.length > 1 ? { ...place, index: [] } : place) : "";
  const addresses = [...new Set(places.map(addressText))];
  return { name, text, formula: alike[0]?.formula ?? null, addresses };
}

/** What a tensor is for, and which of its numbers it is where an index is given. */
export function meaningOf(net: Net, address: Address): string {
  const which = address.index.length ? whichOf(net, address) : "";
  return which ? `${roleOf(net, address.tensor)}; ${which}` : roleOf(net, address.tensor);
}

function roleOf(net: Net, tensor: string): string {
  const info = net.info.get(tensor);
  if (!info) return "";
  const layer = layerOf(net, info.layer);
  if (info.role === "gradient") return say.gradient(info.gradient_of ?? "");
  if (info.role === "update") return say.update(parameterOf(net, tensor) ?? "");
  if (info.role === "parameter") return info.shape.length > 1 ? say.weight : say.bias;
  if (info.role === "activation") return tensor === layer?.inner ? say.inner : say.out;
  const kept = parameterOf(net, tensor);
  if (kept) return say.state(kept);
  return tensor === net.target ? say.target : info.role === "data" ? say.input : say.loss;
}

/** Which number of a tensor an index says: of which unit, from which unit, for which example. */
function whichOf(net: Net, address: Address): string {
  const place = unitOf(net, address);
  if (!place) return "";
  const unit = `${place.layer}.${place.unit}`;
  if (batched(net, address.tensor)) return say.ofExample(unit, address.index[0] ?? 0);
  const source = layerOf(net, place.layer)?.source;
  const from = address.index[1];
  return from === undefined || !source ? say.ofUnit(unit) : say.ofEdge(`${source}.${from}`, unit);
}
