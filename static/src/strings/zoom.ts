/** What the buttons that give the network more room say. */

export const out = "Zoom out";
export const aboutOut = "Less room (−)";
export const closer = "Zoom in";
export const aboutCloser = "More room for the network (+)";
export const whole = "Whole network";
export const aboutWhole = "The whole network again (0)";
