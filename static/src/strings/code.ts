/** What the code of a step says around its lines. */

export const LANGUAGES = { numpy: "NumPy", pytorch: "PyTorch" } as const;

export const language = "Language";
export const copy = "Copy";
export const aboutCopy = "Copy a script of this moment that runs by itself";
export const copied = (language: string): string =>
  `Copied: a ${language} script of this moment, which prints the same gradients.`;
export const notCopied = "The browser keeps its clipboard to itself here. Download gives the same script.";
export const download = "Download";
export const aboutDownload = "A file with a script of this moment that runs by itself";

export const title = "Code of one step";
/** `shape` is how many there are, side by side: `4 × 3`. */
export const numbers = (shape: string): string => `${shape} numbers`;
