/** What the charts of how weights and gradients are spread say. */

import { html } from "lit";

import { plural, type Shown } from "./parts.ts";

export const when = "When";
export const atThisMoment = "at this moment";
export const overTheRun = "over the run";

export const show = "Show";
export const PARTS = { weights: "Weights", bias: "Biases" } as const;

export const ofEveryLayer = (part: string, moment: string) =>
  html`<b>${part}</b> of every layer and their gradients, ${moment}.`;
export const beforeFirst = "before the first tick";
export const moment = (step: number, tick: number, phase: string): string =>
  `step ${step}, tick ${tick}, ${phase}`;
export const howToRead = "How many numbers lie where; the line at 0 is those that are exactly zero.";

export const histograms = "Histograms";
export const histogramOf = (tensor: string): string => `Histogram of ${tensor}`;
export const notYet = (tensor: string) => html`<b>${tensor}</b> is not computed yet`;
export const numbers = (count: number, said: Shown) => html`${said} ${plural(count, "number", "numbers")}`;
export const fromTo = (low: Shown, high: Shown) => html`${low} to ${high}`;
export const tooLarge = "too large to be counted here";
export const exactlyZero = (count: Shown) => html`${count} exactly 0`;
export const notFinite = (count: Shown) => html`<b>${count} NaN or infinite</b>`;
export const nothingToDraw = (facts: Shown) => html`${facts}; nothing to draw`;
