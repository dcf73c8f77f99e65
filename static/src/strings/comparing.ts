/** What the charts say that hold the losses of two runs against one another. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const unread = "The losses could not be read.";
export const noStepYet = "Neither has run a step yet.";
export const notComputed = "not computed";
export const earlier = (loss: Shown, step: number) => html`${loss} (step ${step})`;
export const lossesAt = (step: number, losses: Shown) => html`Loss at step ${step}: ${losses}.`;

export const dashed = (run: string): string => `dashed: ${run}`;
