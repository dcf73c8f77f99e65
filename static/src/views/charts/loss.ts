/** The loss of every step's batch, the loss over all rows at each epoch's end, and the accuracy where there are classes. */

import { isNorm, lossPlots } from "../../core/curves.ts";
import type { Open } from "./chart.ts";
import { CurvesChart } from "./curves.ts";
import { ofRun } from "./kinds.ts";

export const open: Open = (desk, redraw) =>
  new CurvesChart(desk, redraw, {
    ...ofRun((name) => !isNorm(name)),
    plots: lossPlots,
    phase: "loss",
    scalable: true,
  });
