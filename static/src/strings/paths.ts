/** What is said of the paths to the loss. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const chooseOne = "Paths lead to the loss from a weight, a bias or a unit: choose one.";
export const notYet = (gradient: string, t: number): string =>
  `${gradient} is not computed yet at t = ${t}: a path is a product of slopes that the backward pass brings.`;
export const about = (gradient: Shown, start: Shown) =>
  html`Multiplied out, <code>${gradient}</code> is a sum: a product for each path from <code>${start}</code> to the
    loss.`;

export const through = "Paths through";
export const allExamples = "all examples";

export const title = "Paths";
export const paths = "paths";
export const only = "This is the only path.";
export const allHere = (count: string): string => `There are ${count} paths, all of them here.`;

export const product = "The product along the path, from the loss back";
export const factor = "factor";
export const value = "value";
export const soFar = "product so far";
