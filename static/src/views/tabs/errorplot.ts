/** Draws the error of a central difference over its step size, both on a log scale, with uPlot. */

import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import { short } from "../../core/numbers.ts";
import * as say from "../../strings/check.ts";
import { palette } from "../palette.ts";

const FONT = '12px "Inter Variable", system-ui, sans-serif';
const LOG = 3;
const HEIGHT = 190;

/** `best` is the step size that counts: an upright line stands there. */
export function errorPlot(element: HTMLElement, h: number[], relative: number[], best: number): uPlot {
  const axis = (label: string, size: number): uPlot.Axis => ({
    label,
    labelFont: FONT,
    labelSize: 18,
    font: FONT,
    size,
    stroke: () => palette().muted,
    ticks: { show: false },
    grid: { show: false },
    values: (_, at) => at.map((one) => (powerOfThousand(one) ? short(one) : "")),
  });
  const upright = ({ ctx, bbox, valToPos }: uPlot) => {
    const x = valToPos(best, "x", true);
    ctx.save();
    ctx.beginPath();
    ctx.strokeStyle = palette().ink;
    ctx.setLineDash([4 * uPlot.pxRatio, 3 * uPlot.pxRatio]);
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  };
  const options: uPlot.Options = {
    width: element.clientWidth,
    height: HEIGHT,
    padding: [8, 12, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { x: { time: false, distr: LOG }, y: { distr: LOG } },
    axes: [axis(say.stepSizeAxis, 26), axis(say.relativeError, 56)],
    series: [
      {},
      {
        stroke: () => palette().backward,
        width: 2,
        points: { show: true, size: 6, fill: () => palette().backward },
      },
    ],
    hooks: { draw: [upright] },
  };
  return new uPlot(options, [h, relative], element);
}

function powerOfThousand(value: number): boolean {
  const power = Math.log10(value);
  return Math.abs(power - Math.round(power)) < 1e-6 && Math.round(power) % 3 === 0;
}
