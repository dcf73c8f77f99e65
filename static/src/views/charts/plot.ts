/**
 * Draws one plot into an element with uPlot: axes in the page's own colours, a line's name at its end, a mark and a
 * word for what the scale has no place for, an upright line for the step that is looked at. Loaded when it is needed.
 */

import { interpolateRgb } from "d3-interpolate";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

import {
  aligned,
  type Axis,
  axis,
  type Column,
  type Line,
  marks,
  type Plot,
  share,
  spread,
  stepTicks,
} from "../../core/curves.ts";
import * as say from "../../strings/plot.ts";
import { palette, type Palette } from "../palette.ts";

const SIZE = 12;
const FONT = `${SIZE}px "Inter Variable", system-ui, sans-serif`;
const LABEL_GAP = SIZE + 1;
const LABEL_SPACE = 10;
const Y_AXIS = 44;
const X_AXIS = 24;
const PIXELS_A_TICK = { x: 90, y: 38 };
/** More points than this, and they are not seen apart from the line. */
const MOST_DOTS = 40;

/** The step of the session's cursor, and the one that the pointer or the keyboard looks at. */
export interface Looked {
  readonly present: number;
  readonly probe: number | null;
}

export class DrawnPlot {
  readonly #element: HTMLElement;
  readonly #resized: ResizeObserver;
  #plot: Plot | null = null;
  #looked: Looked = { present: 0, probe: null };
  #axis: Axis = { low: 0, high: 1, ticks: [] };
  #columns: readonly Column[] = [];
  #drawn: uPlot | null = null;
  #palette: Palette;

  constructor(element: HTMLElement) {
    this.#element = element;
    this.#palette = palette();
    this.#resized = new ResizeObserver(() => this.#fit());
    this.#resized.observe(element);
  }

  /** How far the axis of steps reaches: to the present one also while its numbers are still on their way. */
  get #last(): number {
    return Math.max(this.#plot?.last ?? 1, this.#looked.present);
  }

  show(plot: Plot, looked: Looked): void {
    const before = this.#plot;
    const reached = this.#last;
    const moved = looked.present !== this.#looked.present || looked.probe !== this.#looked.probe;
    this.#looked = looked;
    if (plot !== before) this.#take(plot, before);
    else if (this.#last !== reached) this.#drawn?.setData(this.#drawn.data);
    else if (moved) this.#drawn?.redraw(false);
  }

  /** Draw again in the colours of the theme. */
  repaint(): void {
    this.#palette = palette();
    this.#drawn?.redraw(false);
  }

  /** The step under a place of the screen, not yet one that has a point. */
  stepAt(clientX: number): number {
    if (!this.#drawn) return 0;
    return this.#drawn.posToVal(clientX - this.#drawn.over.getBoundingClientRect().left, "x");
  }

  get canvas(): HTMLCanvasElement | null {
    return this.#drawn?.ctx.canvas ?? null;
  }

  dispose(): void {
    this.#resized.disconnect();
    this.#drawn?.destroy();
  }

  #take(plot: Plot, before: Plot | null): void {
    this.#plot = plot;
    const data = this.#data(plot);
    const drawn = this.#drawn;
    if (drawn && before && sameLines(plot, before)) {
      drawn.batch(() => {
        drawn.setData(data);
        // Its scale is from 0 to 1 as before, so that uPlot would leave the axis as it is written.
        drawn.redraw(false, true);
      });
      return;
    }
    drawn?.destroy();
    this.#drawn = new uPlot(this.#options(plot), data, this.#element);
  }

  /** The plot's numbers as places between 0 and 1: so no run is too steep or too flat for the scale. */
  #data(plot: Plot): uPlot.AlignedData {
    this.#axis = axis(plot, this.#element.clientHeight / PIXELS_A_TICK.y);
    this.#columns = aligned(plot, this.#axis);
    return [plot.steps, ...this.#columns] as uPlot.AlignedData;
  }

  #fit(): void {
    const { clientWidth: width, clientHeight: height } = this.#element;
    const drawn = this.#drawn;
    if (!drawn || !this.#plot || !width || (width === drawn.width && height === drawn.height)) return;
    drawn.batch(() => {
      drawn.setSize({ width, height });
      if (this.#plot) drawn.setData(this.#data(this.#plot));
    });
  }

  #options(plot: Plot): uPlot.Options {
    const axisOf = (size: number): uPlot.Axis => ({
      font: FONT,
      size,
      gap: 5,
      stroke: () => this.#palette.muted,
      ticks: { show: false },
      grid: { stroke: () => this.#palette.line, width: 1 },
    });
    return {
      width: this.#element.clientWidth,
      height: this.#element.clientHeight,
      padding: [
        LABEL_GAP,
        textWidth([`${say.step} 00`, ...plot.lines.map(({ label }) => label)]) + 2 * LABEL_SPACE,
        0,
        0,
      ],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [0, this.#last] },
        y: { range: () => [0, 1] },
      },
      axes: [
        {
          ...axisOf(X_AXIS),
          splits: (drawn) => stepTicks(this.#last, drawn.bbox.width / uPlot.pxRatio / PIXELS_A_TICK.x),
          values: (_, steps) => steps.map(String),
          grid: { show: false },
        },
        {
          ...axisOf(Y_AXIS),
          size: (_, texts) => Math.max(Y_AXIS, textWidth(texts ?? []) + LABEL_SPACE),
          splits: () => this.#axis.ticks.map(({ at }) => share(this.#axis, at)),
          values: () => this.#axis.ticks.map(({ text }) => text),
        },
      ],
      series: [{}, ...plot.lines.map((line) => this.#series(line))],
      hooks: { drawAxes: [(drawn) => this.#lookAt(drawn)], draw: [(drawn) => this.#write(drawn)] },
    };
  }

  #series(line: Line): uPlot.Series {
    const colour = () => this.#colour(line);
    const dots = line.kind === "train" || line.kind === "test";
    return {
      stroke: colour,
      width: line.kind === "train" ? 2.5 : line.kind === "test" ? 2 : line.kind === "step" ? 1.25 : 1.5,
      ...(line.kind === "test" ? { dash: [6, 4] } : {}),
      points: {
        show: (drawn, i, from, to) => {
          let points = 0;
          for (let at = from; at <= to; at++) if (drawn.data[i]?.[at] != null) points++;
          return points === 1 || (dots && points <= MOST_DOTS);
        },
        size: dots ? 6 : 5,
        width: 1.5,
        stroke: colour,
        fill: () => (line.kind === "test" ? this.#palette.panel : this.#colour(line)),
      },
    };
  }

  #colour({ shade }: Line): string {
    return interpolateRgb(this.#palette.muted, this.#palette.ink)(shade);
  }

  /** The upright lines: through for the step that the page shows, dotted for the one that is looked at. */
  #lookAt({ ctx, bbox, valToPos }: uPlot): void {
    const scale = uPlot.pxRatio;
    const upright = (step: number, colour: string, dash: number[]) => {
      if (step > this.#last) return;
      const x = valToPos(step, "x", true);
      ctx.beginPath();
      ctx.strokeStyle = colour;
      ctx.lineWidth = 1.5 * scale;
      ctx.setLineDash(dash.map((length) => length * scale));
      ctx.moveTo(x, bbox.top - 4 * scale);
      ctx.lineTo(x, bbox.top + bbox.height);
      ctx.stroke();
    };
    ctx.save();
    const { present, probe } = this.#looked;
    upright(present, this.#palette.ink, [4, 3]);
    if (probe !== null && probe !== present) upright(probe, this.#palette.muted, [1, 3]);
    ctx.restore();
  }

  /** Names of lines at their ends, and marks for what cannot be drawn. */
  #write({ ctx, bbox, valToPos }: uPlot): void {
    const plot = this.#plot;
    if (!plot) return;
    const scale = uPlot.pxRatio;
    const [left, right, top, bottom] = [bbox.left, bbox.left + bbox.width, bbox.top, bbox.top + bbox.height];
    ctx.save();
    ctx.font = FONT.replace(String(SIZE), String(SIZE * scale));
    ctx.textBaseline = "middle";
    ctx.textAlign = "left";
    const odd = marks(plot);
    const ends = plot.lines.map((line, i) => {
      const place = this.#columns[i]?.findLast((at) => at != null);
      const mark = odd.findLast((one) => one.line === i);
      if (mark && mark.step === line.steps.at(-1)) return mark.edge === "top" ? top : bottom;
      return place == null ? null : valToPos(place, "y", true);
    });
    const named = ends.flatMap((y, i) => (y === null ? [] : [{ y, line: plot.lines[i] as Line }]));
    const wanted = named.map(({ y }) => y);
    const places = spread(wanted, LABEL_GAP * scale, top, bottom - 4 * scale);
    named.forEach(({ line }, i) => {
      ctx.fillStyle = this.#colour(line);
      const y = places[i];
      if (y != null) ctx.fillText(line.label, right + LABEL_SPACE * scale, y);
    });
    ctx.fillStyle = this.#palette.muted;
    const number = ctx.measureText(String(this.#last)).width;
    ctx.fillText(say.step, right + number / 2 + 5 * scale, bottom + (5 + SIZE / 2) * scale);
    let free = left;
    for (const { line, step, word, edge, first } of odd) {
      const x = valToPos(step, "x", true);
      const y = edge === "top" ? top : bottom;
      ctx.fillStyle = this.#colour(plot.lines[line] as Line);
      ctx.fillRect(x - scale, y - 4 * scale, 2 * scale, 8 * scale);
      const width = ctx.measureText(word).width;
      const start = x - width - 5 * scale > left ? x - width - 5 * scale : x + 5 * scale;
      if (!first || start < free) continue;
      ctx.fillText(word, start, y + (edge === "top" ? 8 : -8) * scale);
      free = start + width;
    }
    ctx.restore();
  }
}

/** How wide the widest of some texts is, in CSS pixels. */
function textWidth(texts: readonly string[]): number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return 0;
  context.font = FONT;
  return Math.max(0, ...texts.map((text) => context.measureText(text).width));
}

function sameLines(a: Plot, b: Plot): boolean {
  const names = ({ lines }: Plot) => lines.map(({ name }) => name).join();
  return a.title === b.title && names(a) === names(b);
}
