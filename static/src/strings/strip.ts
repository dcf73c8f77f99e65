/** What the strip of charts says, whichever is open. */

export const charts = "Charts";
export const open = (chart: string): string => `Open ${chart.toLowerCase()}`;
export const toRead = (count: number): string => `${count} to read`;

export const unloaded = (chart: string): string =>
  `${chart} could not be loaded; choose its tab again, or load the page again.`;
export const table = "Table";
export const picture = "Picture";
export const numbers = "Numbers";

export const step = (step: number): string => `step ${step}`;
