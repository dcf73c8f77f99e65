/** What the bars of a sum say. */

export const more = (count: string): string => `${count} more`;
export const sum = "sum";
/** `of` is what the bars are of, in the plural. */
export const strongest = (shown: number, all: string, of: string): string =>
  `These are the ${shown} strongest of ${all} ${of}; all the others are one bar.`;
