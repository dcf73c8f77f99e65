/** What stands on the tabs of the charts, and what the regions are called that they open. */

export const NAMES = {
  loss: "Loss",
  gradients: "Gradients",
  weights: "Weights",
  slice: "Along a weight",
  boundary: "Boundary",
  diagnosis: "Diagnosis",
  beside: "Beside",
  landscape: "Landscape",
} as const;
export const REGIONS = { ...NAMES, slice: "Slice" } as const;
