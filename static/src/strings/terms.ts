/** What the bars of a sum's terms are called. */

export const title = "Terms";
export const terms = "terms";

export const from = (place: string): string => `from ${place}`;
