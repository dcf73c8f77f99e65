/** The charts that there are, in the order of their tabs. Each is loaded when it is opened first. */

import { isPlane } from "../../core/maps.ts";
import type { Tab } from "./chart.ts";

export const TABS: readonly Tab[] = [
  { name: "Loss", region: "Loss", load: () => import("./loss.ts") },
  { name: "Gradients", region: "Gradients", load: () => import("./gradients.ts") },
  { name: "Weights", region: "Weights", load: () => import("./weights.ts") },
  { name: "Along a weight", region: "Slice", load: () => import("./slice.ts") },
  {
    name: "Boundary",
    region: "Boundary",
    applies: ({ net }) => net !== null && isPlane(net),
    load: () => import("./boundary.ts"),
  },
  {
    name: "Diagnosis",
    region: "Diagnosis",
    count: ({ diagnosis }) => diagnosis?.findings.length ?? 0,
    load: () => import("./diagnosis.ts"),
  },
  { name: "Beside", region: "Beside", load: () => import("./beside.ts") },
  { name: "Landscape", region: "Landscape", load: () => import("./landscape.ts") },
];
