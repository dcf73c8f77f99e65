/** What the sentence says about a tick, an update and a value that is tried, and what stands around it. */

import type { Part } from "../core/sentence.ts";

export const start = "Start";
export const preview = "Preview";
export const PHASES = { forward: "Forward", loss: "Loss", backward: "Backward", update: "Update" } as const;

export const ready = (layer: string, first: string): string => `Ready. First, ${layer}: ${first}.`;
export const did = (layer: string, what: string): string =>
  `${layer}: ${what}. There are too many numbers to name one; select a unit for its own.`;
export const hurried = (loss: Part): Part[] => [
  "One whole step after the other. The loss of this batch was ",
  loss,
  ".",
];

/** `by` is the change, or what it is the product of. */
export const moved = (
  weight: string,
  before: Part,
  after: Part,
  by: readonly Part[],
  among: string,
): Part[] => [`${weight} goes from `, before, " to ", after, ", by ", ...by, `${among}.`];

export const tried = (
  name: string,
  value: Part,
  before: Part,
  when: string,
  loss: readonly Part[],
): Part[] => [`${name} = `, value, " instead of ", before, when, ...loss, "."];
export const fromHereOn = " from here on";
export const atTheStart = " at the step's start";
export const leadsTo = (loss: Part, before: Part): Part[] => [" → loss ", loss, " instead of ", before];

export const largestOf = (count: number): string => ` (largest of ${count})`;
export const more = (count: number): string => ` + ${count} more`;
export const furtherArguments = (count: number): string => `, … ${count} more`;
export const overTheBatch = ", summed over the batch,";

export const wouldLeave = " Plain descent would leave it.";
export const wouldLower = " Plain descent would lower it.";
export const wouldRaise = " Plain descent would raise it.";

export const begin = "press → or Step";
export const HINTS = {
  forward: "values flow towards the loss",
  loss: "how wrong the output is",
  backward: "gradients flow back; weights stay as they are",
  update: "now, and only now, weights move",
} as const;
export const keepTyped = "Enter keeps it, Esc gives it back";
export const keepDragged = "let go to keep it";
/** Said behind that where there are keys. */
export const whileDragging = ", Esc gives it back; Shift is finer, Ctrl coarser";
