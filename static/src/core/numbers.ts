/** Numbers as they come over the wire, as they stand in tensors, and as they are shown. */

import { format } from "d3-format";

import type { Frame, Tensor, WireNumber } from "../api/types.ts";

/** An element of a tensor: `hidden1.dW` and [0, 1]. */
export interface Address {
  readonly tensor: string;
  readonly index: readonly number[];
}

export const DASH = "–";
const MINUS = "\u2212";
const SMALL = 1e-3;
const LARGE = 1e6;
const plain = format(".4~r");
const scientific = format(".3~e");

export function fromWire(value: WireNumber): number {
  return typeof value === "number" ? value : Number(value);
}

/** Full precision, so that reading it back gives the same number; names for what JSON has no number for. */
export function full(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

/** At most four significant digits, scientific where small or large, with a real minus sign. */
export function short(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
  const size = Math.abs(value);
  const text = size === 0 ? "0" : size < SMALL || size >= LARGE ? scientific(value) : plain(value);
  return text.replaceAll("-", MINUS);
}

/** The same with the sign of what adds, too: for what is added up. */
export function signed(value: number): string {
  return value > 0 ? `+${short(value)}` : short(value);
}

/** A whole number, its thousands apart. */
export function counted(count: number | bigint): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ",");
}

/** The number that somebody typed, in the page's spelling or their own, as a fraction too; null where it is none. */
export function readNumber(text: string): number | null {
  const [over = NaN, under = 1, ...more] = plainly(text, true)
    .split("/")
    .map((part) => (part.trim() === "" ? NaN : Number(part)));
  const value = more.length ? NaN : over / under;
  return Number.isFinite(value) ? value : null;
}

/**
 * A number in the letters that a number is read from: with a hyphen for the minus that the page writes itself, and a dot
 * for a decimal comma, where the number may have `decimals`. Commas of thousands stay.
 */
export function plainly(text: string, decimals: boolean): string {
  const signed = text.replaceAll(/[\u2212\u2013]/g, "-");
  return decimals && !/,.*[.,]|\..*,/.test(signed) ? signed.replace(",", ".") : signed;
}

export function sign(value: number): "positive" | "negative" | "zero" {
  return value > 0 ? "positive" : value < 0 ? "negative" : "zero";
}

/** How many numbers a tensor of this shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Where an element stands among all of a tensor's, row after row. */
export function placeOf(shape: readonly number[], index: readonly number[]): number {
  return index.reduce((place, i, axis) => place * (shape[axis] ?? 1) + i, 0);
}

/** The element at `index`, or null where it is not computed or not in the answer. */
export function element(tensor: Tensor | null | undefined, index: readonly number[]): number | null {
  const known = tensor?.known?.get(placeOf(tensor.shape, index));
  if (known !== undefined) return fromWire(known);
  let values: unknown = tensor?.values ?? null;
  for (const i of index) values = Array.isArray(values) ? (values[i] ?? null) : null;
  return values === null || Array.isArray(values) ? null : fromWire(values as WireNumber);
}

export function valueAt(frame: Frame | undefined, address: Address): number | null {
  return element(frame?.tensors[address.tensor], address.index);
}

export function addressText({ tensor, index }: Address): string {
  return index.length ? `${tensor}[${index.join(",")}]` : tensor;
}

export function parseIndex(text: string): number[] {
  return text === "" ? [] : text.split(",").map(Number);
}

/** The address that `addressText` writes. */
export function parseAddress(text: string): Address {
  const [tensor = "", index = ""] = text.replace("]", "").split("[");
  return { tensor, index: parseIndex(index) };
}

/** An address as a mark says which number it lights: without commas and brackets, which a formula could not hold. */
export function lightsText({ tensor, index }: Address): string {
  return [tensor, ...index].join("/");
}

/** The address that `lightsText` writes. */
export function parseLights(text: string): Address {
  const [tensor = "", ...index] = text.split("/");
  return { tensor, index: index.map(Number) };
}

export function sameAddress(a: Address | null, b: Address | null): boolean {
  return a !== null && b !== null && addressText(a) === addressText(b);
}

/** All elements of a tensor of up to two dimensions, with their indices. */
export function* elements(tensor: Tensor): Generator<{ index: number[]; value: number }> {
  const [rows, columns] = tensor.shape;
  if (rows === undefined) yield { index: [], value: fromWire(tensor.values as WireNumber) };
  else if (columns === undefined)
    for (let i = 0; i < rows; i++) yield { index: [i], value: element(tensor, [i]) ?? NaN };
  else
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) yield { index: [i, j], value: element(tensor, [i, j]) ?? NaN };
}

/** The index of the element of largest size; of those that `allowed` lets through. */
export function largest(tensor: Tensor, allowed: (index: number[]) => boolean = () => true): number[] {
  let best: number[] = [];
  let size = -1;
  for (const { index, value } of elements(tensor)) {
    const magnitude = Number.isNaN(value) ? Infinity : Math.abs(value);
    if (allowed(index) && magnitude > size) [best, size] = [index, magnitude];
  }
  return best;
}

const sizes = new WeakMap<Tensor, number>();

/** The largest size among a tensor's finite elements; 0 where it has none. Found once a tensor, since none changes. */
export function largestSize(tensor: Tensor | null | undefined): number {
  if (tensor?.values === null || tensor?.values === undefined) return 0;
  const known = sizes.get(tensor);
  if (known !== undefined) return known;
  let most = 0;
  for (const { value } of elements(tensor))
    if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  sizes.set(tensor, most);
  return most;
}

/** The letter of a tensor: `dz` of `hidden1.dz`. */
export function letter(tensor: string): string {
  return tensor.split(".")[1] ?? tensor;
}
