/** What is said where points are drawn by hand. */

import { plural } from "./parts.ts";

export const title = "Draw points";

export const points = "Points";
export const keys =
  "Arrow keys move the crosshair, Enter places a point or removes one, Delete removes the nearest, Escape cancels";
export const drawn = (count: number): string => `${count} ${plural(count, "point", "points")}.`;
export const enterPlaces = (x: string, y: string): string => `Enter places at (${x}, ${y}).`;
export const enterRemoves = (x: string, y: string): string => `Enter removes at (${x}, ${y}).`;

export const target = "Target";
export const classNamed = (number: number): string => `class ${number}`;
export const number = "number";
export const targetValue = "Target value";
export const value = "value";
export const aboutValue = "What the next points are to be learned as";

export const tool = "Tool";
export const TOOLS = { add: "Add", remove: "Remove" } as const;

export const train = "Train on these points";
export const start = "Start from these rows";
export const aboutStart = "Draw on from the rows of this session";
export const tooMany = (most: number): string => `Only up to ${most} rows are drawn on by hand`;
export const clear = "Clear";
