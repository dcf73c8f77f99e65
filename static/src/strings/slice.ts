/** What the chart of the loss along one weight says. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const title = "The loss along one weight";
export const along = (weight: string): string => `Loss along ${weight}`;
export const points = "points of the curve";

export const reach = "Reach";
export const asTheStep = "the step";

export const unread = "The curve could not be read.";

export const slope = "slope";
export const stillToCome = "(still to be computed)";
export const becauseSelected = "This is the number you selected.";
export const becauseOfGradient = "This is the largest gradient, until you select another.";
export const becauseOfSize = "This is the largest of all, until there are gradients or you select one.";
export const whatIf = (weight: Shown, value: Shown, loss: Shown, change: Shown, tangent: Shown) =>
  html`if <b>${weight}</b> were ${value}, the loss would be ${loss} (${change}); the tangent says ${tangent}`;

export const howToMove = "arrow keys move along the curve";
export const spoken = (weight: string, value: string, loss: string, tangent: string): string =>
  `${weight} ${value}: loss ${loss}, tangent ${tangent}`;

export const tookIt = (before: Shown, after: Shown) => html`The step took it from ${before} to ${after}.`;
export const willTakeIt = (before: Shown, after: Shown) =>
  html`The step will take it from ${before} to ${after}.`;
export const frozen = "It is frozen: no step moves it.";
export const howTheLossChanges = "How that changes the loss";
export const alone = "this move alone";
export const step = "the step of all parameters";
export const promisedBySlope = "promised by the slope";
export const really = "really";

export const keepInView = "Click a place of the curve to keep it in view.";
export const set = (weight: string, value: string): string => `Set ${weight} to ${value}`;
export const backToNow = "Back to now";
