/** The charts that there are, in the order of their tabs. Each is loaded when it is opened first. */

import type { Tab } from "./chart.ts";

export const TABS: readonly Tab[] = [
  { name: "Loss", region: "Loss", load: () => import("./loss.ts") },
  { name: "Gradients", region: "Gradients", load: () => import("./gradients.ts") },
];
