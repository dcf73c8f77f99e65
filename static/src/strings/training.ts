/** What training in the background says. */

export const open = "Train…";
export const title = "Train";
export const about = "From the head on, in the background. You can look around meanwhile, and stop it.";
export const howMany = "How many";
export const unit = "Unit";
export const UNITS = { epochs: "epochs", steps: "steps" } as const;
export const below = "until the loss is below";
export const any = "any";
export const EXPECTED = {
  steps: "Expected a whole number of steps.",
  epochs: "Expected a whole number of epochs.",
} as const;

export const running = "Training";
export const progress = (done: string, all: string): string => `${done} of ${all} steps`;
export const speed = (steps: string): string => `${steps} steps/s`;
export const left = (time: string): string => `${time} left`;
export const seconds = (count: number): string => `${count} s`;
export const minutes = (count: number, seconds: number): string => `${count} min ${seconds} s`;
export const hours = (count: number, minutes: number): string => `${count} h ${minutes} min`;

/** How it came out where it was to end at a loss: what the loss is at the last step, and what it was to be below. */
export const reached = (step: number, loss: string, wanted: string): string =>
  `Training has come to the loss that was wanted: that of step ${step} is ${loss}, below ${wanted}.`;
export const notReached = (step: number, loss: string, wanted: string): string =>
  `Training has ended before the loss was below ${wanted}: that of step ${step} is ${loss}.`;
/** Why it ended before its time. */
export const diverged = (step: number): string =>
  `Training has stopped: the loss of step ${step} is no finite number. Rewind, or start again with a smaller learning rate.`;
export const failed = (detail: string): string => `Training has stopped: ${detail}`;
/** Where the server ended meanwhile: its store has what was done until then. */
export const broken =
  "The server was started anew, which has ended the training. The steps that it had done are kept.";
