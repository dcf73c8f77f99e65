/** Marks the symbols of a formula that stand for numbers of the page, so that pointing at one lights its number. */

import type { Factor } from "../api/types.ts";
import { type Address, lightsText } from "./numbers.ts";

/** A symbol in LaTeX, and the number that it stands for. */
export interface Symbol {
  readonly symbol: string;
  readonly address: Address;
}

/** A formula in which every symbol that is known leads to its number. Of two for one symbol the first counts. */
export function marked(latex: string, symbols: readonly Symbol[]): string {
  const known = new Map<string, Address>();
  for (const { symbol, address } of symbols) if (!known.has(symbol)) known.set(symbol, address);
  if (!known.size) return latex;
  const longestFirst = [...known.keys()].toSorted((a, b) => b.length - a.length);
  const any = new RegExp(longestFirst.map(standingAlone).join("|"), "g");
  return latex.replaceAll(any, (symbol) => {
    const address = known.get(symbol);
    return address ? `{\\htmlData{lights=${lightsText(address)}}{${symbol}}}` : symbol;
  });
}

/** Commands that make another symbol of the one behind them. */
const ACCENTED = /\\(?:hat|bar|tilde|vec|dot)[\s{]*|\\sqrt\s*/.source;

/** A pattern for a symbol that is no part of a longer word, of a command, of a symbol with another index or an accent. */
function standingAlone(symbol: string): string {
  const text = symbol.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const before = /^[a-zA-Z]/.test(symbol) ? `(?<![\\\\a-zA-Z_^])(?<!${ACCENTED})` : "";
  const after = /[a-zA-Z]$/.test(symbol) ? "(?![a-zA-Z_^])" : /\}$/.test(symbol) ? "(?![_^])" : "";
  return before + text + after;
}

/** The symbols of those factors that stand in a tensor. */
export function symbolsOf(factors: readonly Factor[]): Symbol[] {
  return factors.flatMap(({ symbol, tensor, index }) =>
    tensor === null ? [] : [{ symbol, address: { tensor, index: index ?? [] } }],
  );
}
