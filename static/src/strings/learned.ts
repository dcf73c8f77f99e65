/** What a learner is asked about numbers, and what is said of the answer. */

/** `what` is a number's address, and for `largest` the name of a tensor. */
export const ASKS = {
  sign: (what: string): string => `Which sign will ${what} have?`,
  size: (what: string): string => `How large will ${what} be? A factor of ten is near enough.`,
  number: (what: string): string => `What will ${what} be? One per cent is near enough.`,
  largest: (what: string): string =>
    `Which of these will have the largest size? They are numbers of ${what}.`,
} as const;
export const itIs = (what: string, value: string): string => `${what} is ${value}.`;
