/** What a field for a number says. */

export const howToChange = (about: string): string => `${about}. Drag it sideways, or type`;
export const off = "off";
