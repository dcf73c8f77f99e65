/** The norm of each layer's gradient by step, on a log scale. */

import { isNorm, normPlots } from "../../core/curves.ts";
import type { Open } from "./chart.ts";
import { CurvesChart } from "./curves.ts";

export const open: Open = (desk, redraw) =>
  new CurvesChart(desk, redraw, { belongs: isNorm, plots: normPlots, phase: "backward", scalable: false });
