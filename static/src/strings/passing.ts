/** What is said of a unit that lets little of a gradient through. */

export const weak = (error: string, slope: string): string => `weak: error ${error} × slope ${slope}`;
export const blocked = "blocked: slope 0";
export const blockedForAll = (examples: number): string => `blocked for all ${examples} examples: slope 0`;
