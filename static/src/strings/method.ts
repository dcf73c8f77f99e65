/** What the settings of the training say: their names, which are spoken, and their labels, which stand beside them. */

export const title = "Training";

export const loss = { name: "Loss", label: "loss" };
export const optimizer = { name: "Optimizer", label: "optimizer" };
export const batchSize = { name: "Batch size", label: "batch" };
export const all = "all";
export const ofRows = (count: number): string => `of ${count}`;

export const more = "More";
export const penalty = { name: "Penalty", label: "penalty" };
/** By the names that the catalog has for them. */
export const CALLED: Readonly<Record<string, string>> = { accumulate: "micro-batches" };
export const newSeed = "New seed";
export const aboutNewSeed = "Other starting values, and other rows where they are made";
