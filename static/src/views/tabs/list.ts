/** The tabs of the inspector in their order, and where each is. What is not seen at first comes when it is chosen. */

import type { TabName } from "../../store.ts";
import { codeTab } from "./code.ts";
import { formulaTab } from "./formula.ts";
import type { TabMaker } from "./tab.ts";

/** Each tab, as soon as it is here. */
export const TABS: Readonly<Record<TabName, () => TabMaker | Promise<TabMaker>>> = {
  formula: () => formulaTab,
  code: () => codeTab,
  paths: () => import("./paths.ts").then(({ pathsTab }) => pathsTab),
  matrices: () => import("./matrices.ts").then(({ matricesTab }) => matricesTab),
  optimizer: () => import("./optimizer.ts").then(({ optimizerTab }) => optimizerTab),
  check: () => import("./check.ts").then(({ checkTab }) => checkTab),
};

/** Those that tell of no numbers, and so are the same whatever is tried. */
export const TIMELESS: ReadonlySet<TabName> = new Set(["code"]);

export const TAB_NAMES = Object.keys(TABS) as TabName[];
