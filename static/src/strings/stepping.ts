/** The sizes of a step, as they are called on the page. */

export const SIZES = {
  op: "Operation",
  layer: "Layer",
  phase: "Phase",
  batch: "Batch",
  epoch: "Epoch",
} as const;
