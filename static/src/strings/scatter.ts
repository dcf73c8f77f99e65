/** What the picture of the rows says. */

export const withNumbers = (rows: number): string => `${rows} rows with numbers for targets`;
export const inClasses = (rows: number, classes: number): string => `${rows} rows in ${classes} classes`;
export const heldOut = (rows: string, held: number): string => `${rows}, ${held} of them held out`;
export const withExample = (rows: string, example: number, all: number): string =>
  `${rows}. Example ${example} of ${all} in the batch is marked.`;
export const howToChoose = "Click a ringed point to choose that example";

export const negative = "negative";
export const positive = "positive";
export const hollow = "hollow: held out";
export const aboutHollow = "Rows that the network is never trained on";
