/** What just happened, in one sentence with the numbers: words and addresses, for any op. */

import type { Explanation, Factor, Frame, ScheduledTick, Term } from "../api/types.ts";
import * as say from "../strings/sentence.ts";
import { batched, INPUT, LOSS, type Net } from "./net.ts";
import { type Address, fromWire, largest, letter, valueAt } from "./numbers.ts";

/** A part of a sentence: words, a number with where it stands, or what the number comes to in words. */
export type Part =
  string | { readonly value: number; readonly address: Address | null } | { readonly verdict: string };

const MOST_TERMS = 4;

/**
 * The number that a sentence about `tick` is about: the selected one, or its gradient, if the tick wrote it; else the
 * largest. `of` says among how many.
 */
export function subject(
  net: Net,
  tick: ScheduledTick,
  frame: Frame,
  selected: Address | null,
  sample: number,
): { address: Address; of: number } | null {
  const own = (tensor: string) => net.info.get(tensor)?.gradient_of ?? tensor;
  const chosen = selected && tick.writes.find((written) => own(written) === own(selected.tensor));
  const address = chosen && { tensor: chosen, index: selected.index };
  if (address && valueAt(frame, address) !== null) return { address, of: 1 };
  const name = tick.writes.find((written) => frame.tensors[written]?.values != null);
  const tensor = frame.tensors[name ?? ""];
  if (!name || !tensor) return null;
  const rows = batched(net, name);
  const index = largest(tensor, (place) => !rows || place[0] === sample);
  const size = tensor.shape.reduce((product, length) => product * length, 1);
  return { address: { tensor: name, index }, of: rows ? size / (tensor.shape[0] ?? 1) : size };
}

/** Before anything has happened: what comes first. */
export function opening(net: Net): Part[] {
  const first = net.schedule[0];
  return first ? [say.ready(first.layer, first.text)] : [];
}

/** Of a tick that wrote more numbers than come along, and none of those that are known: what it did. */
export function wordsOnly({ layer, text }: ScheduledTick): Part[] {
  return [say.did(layer, text)];
}

/** Where steps follow each other too fast for anything in them to be read: what the last one came to. */
export function hurried(net: Net, frame: Frame): Part[] {
  const address = { tensor: net.loss, index: [] };
  const value = valueAt(frame, address);
  return value === null ? [] : say.hurried({ value, address });
}

/** The sentence about a tick, from the explanation of its subject. */
export function sentence(net: Net, tick: ScheduledTick, explained: Explanation, of: number): Part[] {
  const result = { value: fromWire(explained.value), address: explained };
  const layer = net.info.get(explained.tensor)?.layer ?? tick.layer;
  const where = layer === LOSS ? "" : `${layer}: `;
  const head: Part[] = [`${where}${name(net, explained)} = `];
  if (explained.kind === "function")
    return [
      ...head,
      `${words(explained.function)}(`,
      ...listed(explained.arguments ?? []),
      ") = ",
      result,
      `${among(of)}.`,
    ];
  const terms = explained.terms ?? [];
  return [...head, ...summed(terms, tick), " = ", result, `${among(of)}.`, ...advice(net, explained)];
}

/** The sentence about an update: from, by and to, for the weight that moved. */
export function updateSentence(
  tick: ScheduledTick,
  explained: Explanation,
  change: Part,
  of: number,
): Part[] {
  const { update } = explained;
  if (!update) return [];
  const [first] = update.terms;
  return say.moved(
    `${tick.layer}: ${symbol(explained.tensor)}[${explained.index.join(",")}]`,
    { value: fromWire(update.value.before), address: null },
    { value: fromWire(update.value.after), address: explained },
    [...(update.terms.length === 1 && first ? [...product(first), " = "] : []), change],
    among(of),
  );
}

/** A number that another value is tried for. */
export interface Tried {
  readonly name: string;
  readonly address: Address | null;
  readonly before: number;
  readonly value: number;
}

/** The sentence about what would be: the number, and what becomes of the loss where it is computed by then. */
export function previewSentence(
  net: Net,
  { name, address, before, value }: Tried,
  real: Frame,
  shown: Frame,
): Part[] {
  const loss = { tensor: net.loss, index: [] };
  const [was, is] = [valueAt(real, loss), valueAt(shown, loss)];
  const moved = address !== null && !Object.is(valueAt(shown, address), value);
  const known = address !== null && was !== null && is !== null;
  return say.tried(
    name,
    { value, address: moved ? null : address },
    { value: before, address: null },
    address === null ? say.fromHereOn : moved ? say.atTheStart : "",
    known ? say.leadsTo({ value: is, address: loss }, { value: was, address: null }) : [],
  );
}

/** Why a sentence is about this number, where it could be about others. */
function among(of: number): string {
  return of > 1 ? say.largestOf(of) : "";
}

function summed(terms: readonly Term[], tick: ScheduledTick): Part[] {
  const samples = new Set(terms.map((term) => term.sample));
  if (terms.length === 1 && terms[0]) return product(terms[0]);
  const whole = tick.phase === "forward" && terms.length <= 3;
  const shown = terms.slice(0, MOST_TERMS);
  const parts = shown.flatMap((term, i): Part[] => {
    const value = fromWire(term.value);
    if (whole) return [i ? " + " : "", ...product(term)];
    return i
      ? [value < 0 ? " − " : " + ", { value: Math.abs(value), address: null }]
      : [{ value, address: null }];
  });
  const rest = terms.length - shown.length;
  return [...parts, rest > 0 ? say.more(rest) : "", samples.size > 1 ? say.overTheBatch : ""];
}

function product(term: Term): Part[] {
  return term.factors.flatMap((factor, i): Part[] => [`${i ? " × " : ""}${factor.text} `, number(factor)]);
}

function listed(factors: readonly Factor[]): Part[] {
  const shown = factors.slice(0, MOST_TERMS);
  const parts = shown.flatMap((factor, i): Part[] => [`${i ? ", " : ""}${factor.text} `, number(factor)]);
  return factors.length > shown.length
    ? [...parts, say.furtherArguments(factors.length - shown.length)]
    : parts;
}

function number(factor: Factor): Part {
  const address = factor.tensor === null ? null : { tensor: factor.tensor, index: factor.index ?? [] };
  return { value: fromWire(factor.value), address };
}

/** What a parameter's gradient says, in the backward phase; what becomes of it is said in the update. */
function advice(net: Net, explained: Explanation): Part[] {
  const of = net.info.get(net.info.get(explained.tensor)?.gradient_of ?? "");
  const value = fromWire(explained.value);
  if (of?.role !== "parameter" || Number.isNaN(value)) return [];
  return [{ verdict: value === 0 ? say.wouldLeave : value > 0 ? say.wouldLower : say.wouldRaise }];
}

/** A number's name as the field writes it: `dL/dW[0,1]`, `z[0,1]`, and `loss[2]` for an example's share of the loss. */
function name(net: Net, { tensor, index }: Address): string {
  const of = net.info.get(tensor)?.gradient_of;
  const place = index.length ? `[${index.join(",")}]` : "";
  if (of) return `dL/d${symbol(of)}${place}`;
  return `${tensor === net.loss || tensor === net.terms ? LOSS : symbol(tensor)}${place}`;
}

function symbol(tensor: string): string {
  return tensor === `${INPUT}.a` ? "x" : letter(tensor);
}

export function words(name: string | null | undefined): string {
  return (name ?? "").replaceAll("_", " ");
}
