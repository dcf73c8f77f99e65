/** What the numeric check of the gradients says. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const whatIsChecked = "What is checked";
export const selected = "Selected";
export const allGradients = "All gradients";

export const chooseOne = "The gradients of weights and biases are checked: choose one.";
export const whenPaused = "Gradients are checked when the page pauses.";

export const about = (gradient: Shown, step: number) =>
  html`The gradient <code>${gradient}</code> of step ${step}, beside the slope of the loss when the weight is moved a
    little: only the forward pass is used.`;
export const backwardPass = "backward pass (analytic)";
export const centralDifference = "central difference";
export const complexStep = "complex step";

export const another = (asked: Shown) =>
  html`<code>${asked}</code> moves a sum over a kink, where the two sides have two slopes: it was skipped. Shown is the
    number with the largest difference.`;
export const atAKink = "skipped at a kink";
export const notListed = "not among its worst, which are listed";

export const relativeErrorOf = (tensor: string) => html`Relative error of <code>${tensor}</code>`;
export const errorOfSmall = (tensor: string, least: Shown) =>
  html`Error of <code>${tensor}</code>, relative to ${least}`;
export const whySmall = (least: Shown) =>
  html`No number of this gradient is as large as ${least}, so the error is not relative to the gradient itself.`;
export const VERDICTS = {
  equal: "equal: the backward pass is right",
  close: "close: terms that cancel lost digits",
  different: "different: the backward pass is wrong here",
  skipped: "skipped: at a kink the two sides have two slopes",
  not_applicable: "not applicable",
} as const;
export const equalBy = (least: Shown) => html`equal by ${least}`;
export const ownError = (error: Shown) => html`, but relative to the gradient itself the error is ${error}`;
export const nothingShown = ", but the error is as large as the gradient itself: this says nothing of it";
export const skipped = (count: number, all: number): string => `(${count} of ${all} skipped at a kink)`;

export const errorOverStepSize = "Error over step size";
export const spokenCurve = (points: string): string => `Relative error by step size. ${points}`;
export const stepSizeAxis = "step size h";
export const relativeError = "relative error";
export const tableOfErrors = "Table of the errors";
export const stepSize = "step size";
export const stepSizes = "step sizes";
export const whichStepSize = (steadiest: Shown) =>
  html`A large step sees the bend of the loss, a small one loses digits to rounding; ${steadiest} is the steadiest. The
    complex step subtracts nothing, so it has no such limit.`;

export const verdicts = (central: Shown, complex: Shown) =>
  html`By central differences ${central}, by complex step ${complex}.`;
export const whatEqualBy = (least: Shown) =>
  html`Equal by ${least}: an error is measured by that at least, and these gradients are so much smaller that they may
    be wrong all the same.`;
export const gradient = "gradient";
export const central = "central";
export const complex = "complex";
