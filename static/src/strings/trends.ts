/** What the charts that look back at a run say. */

export const TITLES = {
  update_ratio: "Update over weights by layer, log scale",
  saturated: "Saturated units by layer, as a share",
  dead: "Dead units by layer, as a share",
  mean_slope: "Mean slope of the activation by layer",
} as const;

export const bin = (low: number, high: number): string => `${low} to ${high}`;
