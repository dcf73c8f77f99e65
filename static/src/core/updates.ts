/** What an optimizer does to one number, as the page tells it. */

import type { Factor, Term, Update } from "../api/types.ts";
import * as say from "../strings/updates.ts";
import { addressText, fromWire, short } from "./numbers.ts";

/** A number on the way from the gradient to the update; of one that is kept from step to step also the one before. */
export interface Stage {
  readonly factor: Factor;
  readonly before: number | null;
}

export function stagesOf({ stages, state }: Update): Stage[] {
  return stages.map((factor) => {
    const { tensor, index } = factor;
    const before = tensor === null ? undefined : state.before[addressText({ tensor, index: index ?? [] })];
    return { factor, before: before === undefined ? null : fromWire(before) };
  });
}

/** What each micro-batch adds to a gradient, and the places of its terms. */
export interface Share {
  readonly micro: number;
  readonly value: number;
  readonly terms: readonly Term[];
}

export function sharesOf(terms: readonly Term[]): Share[] {
  const micros = [...new Set(terms.map(({ micro }) => micro))];
  return micros.map((micro) => {
    const own = terms.filter((term) => term.micro === micro);
    return { micro, value: sumOf(own), terms: own };
  });
}

export function sumOf(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + fromWire(term.value), 0);
}

/** How an update compares with what plain gradient descent at the same rate would have added. */
export function compared(own: number, plain: number): string {
  if (Object.is(own, plain) || Math.abs(own - plain) <= 1e-12 * Math.abs(plain)) return say.same;
  if (!Number.isFinite(own) || !Number.isFinite(plain)) return "";
  if (own === 0) return say.wouldMove;
  if (plain === 0) return say.wouldLeave;
  return (own * plain < 0 ? say.timesTheOtherWay : say.timesAsFar)(short(Math.abs(own / plain)));
}
