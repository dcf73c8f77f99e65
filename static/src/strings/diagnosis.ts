/** What the diagnosis of a network says. */

import { html } from "lit";

import { plural, type Shown } from "./parts.ts";

export const unasked = "What ails the network could not be asked.";
export const ofAnotherStep = "This is of another step than the one that is shown.";
export const found = (step: Shown, shown: Shown, count: number) =>
  html`step ${step}: ${shown} ${plural(count, "finding", "findings")}.`;
export const nothingFound = (step: Shown) =>
  html`step ${step}: nothing is found that keeps the network from learning.`;

export const inLayer = (layer: string): string => `in ${layer}`;
export const fromTo = (first: string, last: string): string => `${first} to ${last}`;
export const forOne = (layer: string, cause: string): string => `${layer}, for one: ${cause}`;
export const each = (count: number): string => `Each of the ${count} layers`;
export const numbers = "Its numbers";
export const tryIt = "Try it";
export const aboutTry = "Go to a new session with what cures this; the present one stays under Earlier";

export const tried = (title: string, layer: string, cure: string) =>
  html`Tried against <b>${title}</b> in ${layer}: ${cure}.`;
export const incomparable = "The cure has another loss, so the two compare in shape, not in size.";
export const goBack = "Go back";
export const seeBoth = "See both";
export const LINES = { before: "before", fixed: "fixed" } as const;
export const beforeAndWith = "Loss before and with the cure";

export const lossOfBatches = "Loss of each step's batch";

export const layers = "layers";
