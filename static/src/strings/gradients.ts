/** What the choice among the charts of gradients and updates says. */

export const show = "Show";
export const gradientNorm = "Gradient norm";
export const updateOverWeights = "Update over weights";
export const saturatedUnits = "Saturated units";
export const deadUnits = "Dead units";
export const meanSlope = "Mean slope";
