/** What the menu of lessons says. */

export const title = "Lessons";
export const unread = "The lessons could not be read.";
export const minutes = (count: number | string): string => `${count} min`;

export const here = "On this network";
export const present = "Present";
export const aboutPresent = "Large type, for a projector; key P";
