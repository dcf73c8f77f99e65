/** What the chart of the loss over a plane through all parameters says. */

import { html } from "lit";

import { plural, type Shown } from "./parts.ts";

export const title = "The loss over a plane of the parameters";
export const overThePlane = "Loss over a plane through the parameters";

export const reach = "Reach";
export const asTheWay = "the way";

export const unread = "The landscape could not be read.";
export const around = (axes: string) =>
  html`The <b>loss</b> of this step's rows around its parameters: ${axes}.`;

const ALONG = {
  gradient: "the gradient",
  random: "a direction drawn by chance",
  none: "no other direction",
} as const;
export const DIRECTIONS = { ...ALONG, path: "the way that was taken, across it" } as const;
export const axes = (x: string, y: string): string => `x along ${x}, y along ${y}`;
export const howToRead = "Point at a place to read it; a click on the way goes to that step.";

export const point = (name: string, x: Shown, y: Shown, loss: Shown, change: Shown) =>
  html`point ${name}: x ${x}, y ${y} → loss ${loss} (${change})`;
export const ofTheWay = (step: number) => html`<b>step ${step}</b> of the way`;
export const spoken = (x: string, y: string, loss: string): string => `x ${x}, y ${y}: loss ${loss}`;

export const whereItLed = "where the step led";
export const whereItWillLead = "where the step will lead";
export const whereItBegan = "where it began";
export const line = (places: number): string =>
  `line: the way so far, seen from above, ${places} ${plural(places, "place", "places")} of it`;
export const shade =
  "stronger shade: a higher loss; each band between two lines has the same share of the square";
export const began = (loss: Shown, gradient: Shown) =>
  html`Where the step began: loss ${loss}, norm of the gradient ${gradient}.`;
export const moves = (promised: Shown, real: Shown) =>
  html`The step: ${promised} promised by the slope, ${real} really.`;

export const points = "points of the square";
