/** What a table says that the reader brings. */

import { plural } from "./parts.ts";

export const upload = "Upload CSV";

export const table = "Table";
export const rows = (count: number): string => `${count} rows`;

export const TARGET = {
  name: "Target column",
  label: "target",
  about: "The column to be predicted; every other is an input",
} as const;
export const TASK = { name: "Task", label: "task", about: "What the target is taken for" } as const;
export const STANDARDIZE = {
  name: "Standardize",
  label: "standardize",
  about: "Each column of numbers gets mean 0 and deviation 1",
} as const;

export const inputs = (count: number, names: string): string =>
  `${count} ${plural(count, "input", "inputs")}: ${names}.`;
/** `kinds` is what its values are, `because` why they are taken for that. */
export const target = (name: string, kinds: string, because: string): string =>
  `Target ${name}, ${kinds} (${because}).`;
export const classes = (count: number, names: string): string => `${count} classes: ${names}`;
export const toBeginWith = (loss: string, outputs: number): string =>
  `To begin with: ${loss}, ${outputs} ${plural(outputs, "output", "outputs")}.`;
export const firstRows = "First rows";

export const train = "Train on this";
