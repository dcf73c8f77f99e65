/** What the timeline says. */

export const allSteps = "all steps";
export const timeline = "Timeline";
export const howFar = "How far the session has run";
export const head = (t: number): string => `head at t ${t}`;
export const furtherThanYou = "The session has run further than you look";
export const goOn = "Go on from here";
export const aboutGoOn = "Rewind the session to this moment; undo brings back what ran after it";

export const tick = "Tick";
export const microBatch = (number: number): string => `micro-batch ${number}`;

export const where = (step: number, tick: number, ticks: number): string =>
  `step ${step}, tick ${tick} of ${ticks}`;
export const after = (where: string, phase: string, written: readonly string[]): string =>
  `${where}: ${phase}, ${written.join(" and ")}`;
