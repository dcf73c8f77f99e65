/** What the numbers of a unit say. */

export const title = (unit: string): string => `Unit ${unit}`;
export const strongest = (shown: number, all: number): string =>
  `These are the ${shown} strongest of ${all} weights.`;
