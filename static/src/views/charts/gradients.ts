/** Layers by step: the norm of their gradient, their update over their weights, and what of them is saturated or dead. */

import { isNorm, normPlots } from "../../core/curves.ts";
import { type Trend, trendPlots } from "../../core/trends.ts";
import * as say from "../../strings/gradients.ts";
import type { Open } from "./chart.ts";
import { CurvesChart, type Kind } from "./curves.ts";
import { ofLayers, ofRun } from "./kinds.ts";
import { Switched } from "./switched.ts";

const NORMS: Kind = { ...ofRun(isNorm), plots: normPlots, phase: "backward", scalable: false };

const trend = (name: Trend): Kind => ({
  ...ofLayers(name),
  plots: trendPlots(name),
  phase: "update",
  scalable: false,
});

const KINDS = [
  { name: say.gradientNorm, kind: NORMS },
  { name: say.updateOverWeights, kind: trend("update_ratio") },
  { name: say.saturatedUnits, kind: trend("saturated") },
  { name: say.deadUnits, kind: trend("dead") },
  { name: say.meanSlope, kind: trend("mean_slope") },
];

export const open: Open = (desk, redraw) =>
  new Switched(
    say.show,
    KINDS.map(({ name, kind }) => ({ name, open: () => new CurvesChart(desk, redraw, kind) })),
    redraw,
  );
