/** What tells one term of a sum from the others, in a few words: its example, the unit it comes from, or its factors. */

import type { Term } from "../api/types.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/terms.ts";
import { batched, type Net, unitOf } from "./net.ts";
import { type Address, addressText } from "./numbers.ts";
import { words } from "./sentence.ts";

/** The first number of a term that stands in a tensor. */
export function sourceOf({ factors }: Term): Address | null {
  const stored = factors.find(({ tensor }) => tensor !== null);
  return stored?.tensor ? { tensor: stored.tensor, index: stored.index ?? [] } : null;
}

export function termNames(net: Net, terms: readonly Term[]): string[] {
  const examples = terms.map(({ sample, op }) => (sample === null ? words(op) : common.example(sample)));
  const places = terms.map((term) => placeName(net, sourceOf(term)));
  if (new Set(terms.map(({ sample }) => sample)).size > 1)
    return distinct(examples) ? examples : examples.map((name, i) => `${name} · ${places[i]}`);
  return distinct(places) ? places.map(say.from) : factorNames(terms);
}

/** A number's unit, or a parameter's own address. */
function placeName(net: Net, address: Address | null): string {
  if (!address) return "";
  const place = batched(net, address.tensor) ? unitOf(net, address) : null;
  return place ? `${place.layer}.${place.unit}` : addressText(address);
}

/** The factors that not all terms have. */
function factorNames(terms: readonly Term[]): string[] {
  const shared = (text: string) =>
    terms.every(({ factors }) => factors.some((factor) => factor.text === text));
  return terms.map(({ factors }) => {
    const own = factors.filter(({ text }) => terms.length === 1 || !shared(text));
    return own.map(({ text }) => text).join(" × ");
  });
}

function distinct(names: readonly string[]): boolean {
  return new Set(names).size === names.length && !names.includes("");
}
