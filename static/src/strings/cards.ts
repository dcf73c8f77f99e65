/** What the cards of factors say. */

export const of = (name: string): string => `of ${name}`;
export const andMore = (count: number): string => `and ${count} more`;
