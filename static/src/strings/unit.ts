/** What the numbers of a unit say. */

import { html } from "lit";

export const title = (unit: string) => html`Unit <code>${unit}</code>`;
export const strongest = (shown: number, all: number): string =>
  `These are the ${shown} strongest of ${all} weights.`;
