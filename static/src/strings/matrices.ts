/** What a tick as matrix algebra says. */

export const nothingYet = "Nothing has been computed yet at this moment: each step is a line of matrices.";
export const noAlgebra = (layer: string, what: string): string =>
  `${layer}: ${what}. This step is no matrix algebra.`;

export const transposed = (matrix: string): string => `${matrix} transposed`;
export const before = (matrix: string): string => `${matrix} before`;
export const ofShape = (matrix: string, shape: string): string => `${matrix}, ${shape}`;
export const shapeBefore = (shape: string): string => `before, ${shape}`;

export const row = (row: number, matrix: string): string => `row ${row} of ${matrix}`;
export const column = (column: number, matrix: string): string => `column ${column} of ${matrix}`;
export const product = (name: string, left: string, right: string): string =>
  `${name}: ${left}, times ${right}, added up`;
