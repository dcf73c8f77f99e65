/**
 * A sum as bars from a common zero: one for each of its numbers, and the last one for the sum. Of many numbers the
 * strongest have a bar of their own, and one is for the rest of them.
 */

/** Where a bar begins and ends between 0 and 1, and the number that it is for. */
export interface Bar {
  readonly value: number;
  readonly from: number;
  readonly to: number;
}

export interface Bars {
  /** Where zero is, between 0 and 1. */
  readonly zero: number;
  /** Each with the place of its number in what was given; in that order, or where some are left out by size. */
  readonly own: readonly (Bar & { readonly place: number })[];
  /** What is not shown by itself. */
  readonly rest: (Bar & { readonly count: bigint }) | null;
  readonly total: Bar;
}

export const MOST_BARS = 40;

/** The bars of a sum. `beyond` is what else belongs to it that is not among `values`: so many of such a sum. */
export function barsOf(
  values: readonly number[],
  total: number,
  beyond: { count: bigint; value: number } = { count: 0n, value: 0 },
  most = MOST_BARS,
): Bars {
  const places = values.map((_, place) => place);
  const strongest = places.toSorted((a, b) => size(values[b]) - size(values[a]));
  const shown = values.length > most ? strongest.slice(0, most) : places;
  const hidden = values.length > most ? strongest.slice(most) : [];
  const count = BigInt(hidden.length) + beyond.count;
  const rest = hidden.reduce((sum, place) => sum + (values[place] ?? 0), 0) + beyond.value;
  const all = [...shown.map((place) => values[place] ?? NaN), ...(count ? [rest] : []), total].filter(
    Number.isFinite,
  );
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const at = (value: number) => (low === high ? 0 : share(value, low, high));
  const bar = (value: number): Bar => {
    const ends = Number.isNaN(value) ? [at(0), at(0)] : [at(0), at(value)];
    return { value, from: Math.min(...ends), to: Math.max(...ends) };
  };
  return {
    zero: at(0),
    own: shown.map((place) => ({ place, ...bar(values[place] ?? NaN) })),
    rest: count ? { count, ...bar(rest) } : null,
    total: bar(total),
  };
}

/** How strong a number is: what is not one is the strongest, so that it is never among the rest. */
function size(value: number | undefined): number {
  return value === undefined || Number.isNaN(value) ? Infinity : Math.abs(value);
}

/** Where a value stands between two others; an infinite one at the end. Halved, since a difference can be too large. */
function share(value: number, low: number, high: number): number {
  const place = (Math.min(high, Math.max(low, value)) / 2 - low / 2) / (high / 2 - low / 2);
  return Math.min(1, Math.max(0, place));
}
