/** What the settings of the optimizer say, around what the catalog says of them; and what the tab of updates says. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const fromHereOn = "from here on, what has run stays";
export const aboutFromHereOn = (about: string): string => `${about}; ${fromHereOn}`;

export const chooseOne = "An optimizer moves weights and biases: choose one.";
export const frozen = (weight: string): string => `${weight} is frozen: it has a gradient, and no update.`;
export const notYet = (weight: string): string =>
  `No update has moved ${weight} yet, or it was set since. The next one comes in the update phase.`;

export const theGradient = (gradient: Shown) => html`The gradient ${gradient}`;
/** `divided` is by what it is: ` ÷ 4`. */
export const aMean = (divided: string): string =>
  `It is a mean: each bar is the example's own gradient${divided}, so the bars add up to it.`;
export const addedUp = (count: number): string =>
  `It has added up over ${count} micro-batches before this one update.`;
export const titleOfMicroBatches = "Micro-batches";
export const microBatches = "micro-batches";
export const microBatch = (number: number): string => `micro-batch ${number}`;

export const way = "On the way to the update";
export const number = "number";
export const before = "before";
export const value = "value";

export const theUpdate = "The update";

export const besidePlain = "Beside plain gradient descent";
export const plain = "plain";
