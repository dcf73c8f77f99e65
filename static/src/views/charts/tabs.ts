/** The charts that there are, in the order of their tabs. Each is loaded when it is opened first. */

import { groupsOf } from "../../core/diagnosis.ts";
import { isPlane } from "../../core/maps.ts";
import { NAMES, REGIONS } from "../../strings/tabs.ts";
import type { Tab } from "./chart.ts";

export const TABS: readonly Tab[] = [
  { name: NAMES.loss, region: REGIONS.loss, load: () => import("./loss.ts") },
  { name: NAMES.gradients, region: REGIONS.gradients, load: () => import("./gradients.ts") },
  { name: NAMES.weights, region: REGIONS.weights, load: () => import("./weights.ts") },
  { name: NAMES.slice, region: REGIONS.slice, load: () => import("./slice.ts") },
  {
    name: NAMES.boundary,
    region: REGIONS.boundary,
    applies: ({ net }) => net !== null && isPlane(net),
    load: () => import("./boundary.ts"),
  },
  {
    name: NAMES.diagnosis,
    region: REGIONS.diagnosis,
    count: ({ diagnosis }) => groupsOf(diagnosis).length,
    load: () => import("./diagnosis.ts"),
  },
  { name: NAMES.beside, region: REGIONS.beside, load: () => import("./beside.ts") },
  { name: NAMES.landscape, region: REGIONS.landscape, load: () => import("./landscape.ts") },
];
