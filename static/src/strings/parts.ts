/**
 * What the strings of the page are made of.
 *
 * A file of this folder holds the words of one part of the page, and is called like it: `strings/slice.ts` is what
 * `views/charts/slice.ts` and `core/slice.ts` say. A string without gaps is a constant; one with gaps is a function of
 * what stands in them, already written as it is to be read. Marks inside a sentence, like `<b>`, belong to the sentence.
 * Another language is this folder written again: the compiler says which string or which gap is missing.
 */

import type { nothing, TemplateResult } from "lit";
import type { DirectiveResult } from "lit/directive.js";

/** What may stand in the gap of a sentence. */
export type Shown = string | number | TemplateResult | DirectiveResult | typeof nothing | readonly Shown[];

/** The word for `count` things: `plural(2, "step", "steps")` is `"steps"`. */
export function plural(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
