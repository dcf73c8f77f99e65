/** What the chart of how a tensor's numbers were spread over the run says. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const tensor = "Tensor";

export const unread = "These could not be read, or are not the latest.";
export const nothingYet = (tensor: string) =>
  html`<b>${tensor}</b>: nothing to draw before a step has ended.`;
export const afterStep = (tensor: string, step: Shown, facts: Shown) =>
  html`<b>${tensor}</b> after step ${step}: ${facts}.`;
export const between = (low: string, high: string): string => `between ${low} and ${high}`;
export const exactlyZero = (count: Shown) => html`${count} exactly 0`;
export const notFinite = (count: Shown) => html`${count} NaN or infinite`;
export const shades = "The darker, the more numbers lie there.";

export const title = (tensor: string): string => `${tensor} by step`;
export const noNumber = "no number";
