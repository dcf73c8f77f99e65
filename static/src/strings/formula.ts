/** What is said of how a number came to be. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const chooseOne = "Choose a number to see how it came to be.";
export const whenSlower = "Formulas are there when it pauses or plays slower.";
export const notYet = (name: string, t: number): string => `${name} is not computed yet at t = ${t}.`;
export const comesIn = (phase: string, layer: string, what: string): string =>
  `It comes in the ${phase} phase, in ${layer}: ${what}.`;

export const unmoved = "No update has moved it: a starting value, or one that was set.";
export const given = "Given: it comes with the data.";
export const itsGradient = (gradient: Shown) => html`Its gradient ${gradient}`;

/** `how` is by which rule, and when. */
export const itsLastUpdate = (how: Shown) => html`Its last update ${how}`;
export const ruleAt = (rule: string, t: number): string => `${rule}, at t = ${t}`;
/** Between two values, for who does not see the arrow. */
export const to = "to";
