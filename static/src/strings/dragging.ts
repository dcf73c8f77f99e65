/** What a number that can be dragged says. */

export const draggable = (title: string): string => `${title}; drag it sideways to change it`;
