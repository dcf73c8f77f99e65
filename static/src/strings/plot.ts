/** What a plot of curves says beside the names of its lines. */

export const step = "step";
