/** What the buttons that move through time say. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const moveThroughTime = "Move through time";
export const reset = "Reset";
export const aboutReset = "Back to the beginning (the log keeps everything)";
export const stepBack = "Step back";
export const aboutStepBack = (size: string): string => `One ${size.toLowerCase()} back`;
export const play = "Play";
export const pause = "Pause";
export const aboutPlay = (size: string): string => `One ${size.toLowerCase()} after the other`;
export const step = "Step";
export const aboutStep = (size: string): string => `One ${size.toLowerCase()} forward`;

export const changes = "Changes";
export const undo = "Undo";
export const aboutUndo = "The last change back (Ctrl+Z)";
export const redo = "Redo";
export const aboutRedo = "What was undone again (Ctrl+Shift+Z)";

export const RESTORED = { undone: "Undone", redone: "Done again" } as const;
export const isNow = (name: string, value: string): string => `${name} is ${value}`;
export const lastChange = "the last change";

export const stepSize = "Step size";
export const key = (digit: number): string => `Key ${digit}`;

export const speed = "Speed";
export const stepsASecond = (count: number): string => `${count} steps a second`;
export const perSecond = (count: number): string => `${count} / s`;

export const where = (step: Shown, tick: Shown, ticks: number, epoch: Shown) =>
  html`step ${step} · tick ${tick} of ${ticks} · epoch ${epoch}`;
