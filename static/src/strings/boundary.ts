/** What the chart of the answer over the plane says. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const title = "The answer over the plane";
export const overThePlane = (tensor: string): string => `${tensor} over the plane of the inputs`;
export const classUnit = "Class";
export const outputUnit = "Output";

export const unread = "The map could not be read.";
export const answer = (tensor: string) => html`<b>${tensor}</b>`;
export const answerOf = (tensor: string, unit: string | number) => html`<b>${tensor}</b> of <b>${unit}</b>`;
export const shown = (answer: Shown) => html`${answer} over the plane of the inputs.`;
export const shownWithLine = (answer: Shown, line: string) =>
  html`${answer} over the plane of the inputs; ${line}.`;
export const onTheLine = (middle: number): string => `on the line it is ${middle}`;
export const insideTheLine = "inside the line it is the largest";
export const howToRead = "Point at a place to read it.";
export const point = (name: string, x0: Shown, x1: Shown, answers: Shown) =>
  html`point ${name}: x0 ${x0}, x1 ${x1} → ${answers}`;

export const className = (name: string): string => `class ${name}`;
export const hollow = "hollow: held out";
export const ringed = "ringed: the example that the units show";

export const points = "points of the map";
