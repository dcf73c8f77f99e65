/** What a number of the page says of itself. */

export const notComputed = "not computed yet";
export const spokenNone = (number: string, name: string): string => `${number}, ${name} ${notComputed}`;
export const isNone = (name: string): string => `${name} is ${notComputed}`;

/** Of a number that may have been overwritten since. */
export const past = "then";
export const spokenPast = (number: string, name: string): string => `${number} then, ${name}`;
export const was = (name: string, value: string): string => `${name} was ${value} then`;
