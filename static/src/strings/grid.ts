/** What a matrix says. */

export const shown = (firstRow: number, lastRow: number, firstColumn: number, lastColumn: number): string =>
  `rows ${firstRow} to ${lastRow}, columns ${firstColumn} to ${lastColumn}`;
export const spokenBefore = (number: string, name: string): string => `${number} before, ${name}`;
export const before = (name: string, value: string): string => `${name} was ${value} before`;
