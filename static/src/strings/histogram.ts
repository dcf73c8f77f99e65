/** What the table of how numbers are spread says. */

export const bars = "bars";
export const zero = (tensor: string): string => `${tensor} zero`;
export const notFinite = (tensor: string): string => `${tensor} not finite`;
