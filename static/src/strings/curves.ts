/** What the charts of the curves of a run say. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const unread = "The curves could not be read.";
export const notLatest = "These are not the latest.";
export const undrawn = "What draws them could not be loaded; Table has the numbers.";
export const logScale = "Log scale";

export const atStep = (step: Shown, numbers: Shown) => html`step ${step}: ${numbers}`;
export const afterSteps = (steps: number, numbers: Shown) => html`after ${steps} steps: ${numbers}`;
/** Which of all layers a number is of, and that others are not told. */
export const MARKS = { least: " (least)", most: " (most)" } as const;
export const ofAll = (count: number): string => `; Table has all ${count} layers`;
export const notComputed = "not computed yet";
export const ofStep = (number: Shown, step: number) => html`${number} at step ${step}`;
export const spokenOfStep = (number: string, step: number): string => `${number} at step ${step}`;
export const aboutClick = "a click goes to that step";

export const loss = "Loss";
export const lossOnLogScale = "Loss, log scale";
export const accuracy = "Accuracy";
export const gradientNorms = "Gradient norm by layer, log scale";

export const CURVES = { batch: "batch", train: "train", test: "held out" } as const;
export const steps = "steps that are drawn";
