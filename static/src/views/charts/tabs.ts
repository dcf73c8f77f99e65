/** The charts that there are, in the order of their tabs. Each is loaded when it is opened first. */

import { isPlane } from "../../core/maps.ts";
import type { Tab } from "./chart.ts";

export const TABS: readonly Tab[] = [
  { name: "Loss", region: "Loss", load: () => import("./loss.ts") },
  { name: "Gradients", region: "Gradients", load: () => import("./gradients.ts") },
  {
    name: "Boundary",
    region: "Boundary",
    applies: ({ net }) => net !== null && isPlane(net),
    load: () => import("./boundary.ts"),
  },
];
