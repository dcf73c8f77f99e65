/** What the run beside the page's says. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const thisRun = "This run";
export const NAMES = { run: "The other run", difference: "This run − the other" } as const;
export const show = "Show";
export const MANNERS = { run: "Other run", difference: "Difference" } as const;
export const otherNetwork = "Other network";

export const thisVeryRun = "The page shows this very run: there is nothing beside it.";
export const diverged = (step: number): string =>
  `The other run diverged in step ${step}: its loss is no number any more, and no step follows.`;
export const catchesUp = (step: number): string => `The other run catches up: it is at step ${step}.`;
export const noSuchMoment = "The other run has no such moment: what is known of it begins later.";

export const none = "none";
export const numbersOfBoth = "numbers that both have";
export const firstNumbers = (count: string): string => `numbers, the first of ${count}; Numbers has them all`;

export const choose = "Choose a run to hold beside this one: the two go through time together.";
export const beside = "Beside";
export const noRun = "nothing";
export const keptRun = "the kept run";
export const keep = "this run, kept";

export const LINES = { this: "this", other: "beside" } as const;
export const lossOfBoth = "Loss of this run and of the one beside it";
export const losses = (step: Shown, here: Shown, there: Shown, difference: Shown) =>
  html`step ${step}: loss of this ${here}, beside ${there}, difference ${difference}.`;
export const noLossYet = (step: Shown) => html`step ${step}: the loss is not computed yet.`;

export const fromTheOther = "From the other to this:";
export const andMore = (changes: Shown, more: number) => html`${changes} and ${more} more.`;
export const nothingDiffers = "Nothing differs so far.";
export const parametersDiffer = "The settings are the same; parameters were changed on the way.";
