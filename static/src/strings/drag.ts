/** Which numbers a number may be. */

export const expected = (what: string): string => `Expected ${what}.`;
export const whole = "a whole number";
export const any = "a number";
export const either = (one: string, other: string): string => `${one} or ${other}`;
export const between = (kind: string, minimum: string, maximum: string): string =>
  `${kind} from ${minimum} to ${maximum}`;

export const atLeast = (minimum: string): string => `at least ${minimum}`;
export const above = (limit: string): string => `above ${limit}`;
export const atMost = (maximum: string): string => `at most ${maximum}`;
export const below = (limit: string): string => `below ${limit}`;
export const within = (kind: string, limits: readonly string[]): string => `${kind} ${limits.join(" and ")}`;
