/** What the table behind a chart says. */

export const title = "Table of the numbers";
export const last = (shown: number, all: number, rows: string): string =>
  `The last ${shown} of ${all} ${rows}; Numbers has them all.`;
export const all = (count: number, rows: string): string => `All ${count} ${rows}.`;
