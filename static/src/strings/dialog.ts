/** What the dialog that saves pictures says, and what is said while a film is made. */

export const title = "Save a picture";

export const format = "Format";
export const FORMATS = { svg: "SVG", png: "PNG", gif: "GIF" } as const;
export const theme = "Theme";
export const THEMES = { light: "Light", dark: "Dark" } as const;
export const width = "Width in pixels";
export const fromTick = "From tick";
export const toTick = "To tick";
export const secondsATick = "Seconds a tick";
export const picturesATick = "Pictures a tick";

export const hasRunTo = (tick: number): string => `The session has run to tick ${tick}.`;
export const networkAt = (tick: number): string => `The network at tick ${tick}, with its sentence.`;
export const lastBeforeFirst = (from: number, to: number): string =>
  `The last tick comes before the first: from ${from} to ${to}.`;
export const tooMany = (count: number, most: number): string =>
  `These are ${count} pictures; at most ${most} go into one file. Take fewer ticks, or fewer pictures a tick.`;
export const save = "Save";

export const network = "Network";
export const titleAt = (network: string, tick: number): string => `${network}, tick ${tick}`;

export const drawingTicks = (from: number, to: number): string => `Drawing ticks ${from} to ${to}`;
export const drawing = "Drawing the GIF";
export const cancel = "Cancel the GIF";
export const notMade = (why: string): string => `The GIF was not made. ${why}`;
