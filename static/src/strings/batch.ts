/** What the list of the examples that a step takes says. */

export const own = "own example, not in the data";
export const backToData = "Back to the data";
export const single = "one example a step";
export const previous = "Previous example";
export const next = "Next example";
export const withKey = (name: string, key: string): string => `${name} (${key})`;

export const examples = "Sample";
export const target = "target";
export const numbers = (count: number): string => `${count} numbers`;
export const manyNumbers = (count: number): string => `${count} numbers; all of them stand on the network`;
export const more = (count: number): string => `and ${count} more`;
