/** What the form of an answer says. */

export const answer = "Answer";

export const size = "Size";
export const about = (size: string): string => `about ${size}`;
export const zero = "It is exactly zero";

export const number = "Number";
export const chain = "Your chain, if you like: it shows where a mistake is";

export const wantedChain = "Expected every part of the chain, or none.";
export const wantedChoice = "Choose one first.";
