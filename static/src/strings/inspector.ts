/** What the inspector says around its tabs. */

import { html } from "lit";

export const title = "Inspector";
export const TABS = {
  formula: "Formula",
  code: "Code",
  paths: "Paths",
  matrices: "Matrices",
  optimizer: "Optimizer",
  check: "Check",
} as const;
export const wayBack = "Way back";
export const back = html`<kbd>Esc</kbd> back`;

export const setTo = "set to";
export const beganWith = "began with";
export const aboutParameter = "Sets it at the start of the step, which then runs again up to here";
export const aboutExample = "Makes an own example, which the step and those after it take";
