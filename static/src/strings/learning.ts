/** What the panel of lessons and practice says, around what a lesson says itself. */

import { html } from "lit";

import type { Shown } from "./parts.ts";

export const lesson = "Lesson";
export const stepOf = (step: number, steps: number): string => `${step} of ${steps}`;
export const back = "Back";
export const goOn = "Continue";
export const skip = "Skip";
export const finish = "Finish";
export const leave = "Leave";

export const practice = "Practice";
export const level = "Level";
export const LEVELS = ["Signs", "Sizes", "Gradients", "Updates"] as const;
export const nextQuestion = "Next question";
export const anotherQuestion = "Another question";

export const leftQuestion = "That question was about another network than the one that is open now.";
export const leftLesson = "This question is about the lesson's network, and another one is open now.";
export const backToLesson = "Back to the lesson's";

export const scored = (right: number, answered: number): string => `${right} of ${answered} right.`;
export const noScore = "Nothing answered yet. The score stays in this browser.";

export const right = "Right.";
export const wrong = "Not so.";
export const chains = "Your chain beside the true one";
export const yours = "yours";
export const truth = "true";
export const partAt = (factor: Shown) => html`They part at <b>${factor}</b>.`;
export const agree = "Every part agrees: the mistake is in putting them together.";

export const done = "Done.";
export const notDone = "Not done yet. The page notices as soon as it is.";
