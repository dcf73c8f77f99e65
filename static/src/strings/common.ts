/** What many parts of the page say. */

export const loss = "loss";
export const wait = "One moment …";
export const nothingYet = "Nothing to draw yet.";
export const notLatest = "This is not the latest.";
export const cancel = "Cancel";
export const close = "Close";
export const wantedNumber = "Expected a number.";
export const byStep = (what: string): string => `${what}, by step`;
export const atStep = (step: number, said: string): string => `step ${step}: ${said}`;
export const example = (number: number): string => `example ${number}`;
export const exampleOf = (number: number, all: number): string => `example ${number} of ${all}`;
