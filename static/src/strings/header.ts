/** What the head of the page says. */

export const name = "Backscope";
export const example = "Example";
export const ownNetwork = "Own network";
export const theme = "Theme";
export const aboutTheme = "Light or dark";
export const keys = "Keys";
export const aboutKeys = "Keys (?)";
