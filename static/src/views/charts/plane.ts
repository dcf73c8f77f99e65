/**
 * A canvas with two axes, in which a chart draws in its own numbers: what is drawn stands between grid and frame, the
 * axes' numbers and names in the margins. It is drawn again when its size or the theme changes.
 */

import { contours } from "d3-contour";
import { type ScaleLinear, scaleLinear } from "d3-scale";

import { short } from "../../core/numbers.ts";
import { palette, type Palette } from "../palette.ts";

const SIZE = 12;
export const FONT = `${SIZE}px "Inter Variable", system-ui, sans-serif`;
const MARGIN = { left: 48, right: 14, top: 10, bottom: 36 };
const PIXELS_A_TICK = { x: 70, y: 36 };

export type Span = readonly [low: number, high: number];

export interface View {
  readonly x: Span;
  readonly y: Span;
  readonly names: readonly [x: string, y: string];
  readonly paint: (pen: Pen) => void;
  /** What an upright axis says of a number; its shortest form when left out. */
  readonly say?: (value: number) => string;
}

/** What one draws with: a context in CSS pixels, cut to the frame, and where numbers stand in it. */
export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly x: ScaleLinear<number, number>;
  readonly y: ScaleLinear<number, number>;
  readonly colours: Palette;
}

export class Plane {
  readonly canvas: HTMLCanvasElement;
  readonly #host: HTMLElement;
  readonly #resized: ResizeObserver;
  #view: View | null = null;
  #scales: { x: ScaleLinear<number, number>; y: ScaleLinear<number, number> } | null = null;

  constructor(host: HTMLElement) {
    this.#host = host;
    this.canvas = host.appendChild(document.createElement("canvas"));
    this.#resized = new ResizeObserver(() => this.repaint());
    this.#resized.observe(host);
  }

  show(view: View): void {
    this.#view = view;
    this.repaint();
  }

  /** The numbers under a place of the screen. */
  at({ clientX, clientY }: MouseEvent): [x: number, y: number] | null {
    if (!this.#scales) return null;
    const { left, top } = this.canvas.getBoundingClientRect();
    return [this.#scales.x.invert(clientX - left), this.#scales.y.invert(clientY - top)];
  }

  dispose(): void {
    this.#resized.disconnect();
    this.canvas.remove();
  }

  repaint(): void {
    const { clientWidth: width, clientHeight: height } = this.#host;
    const context = this.canvas.getContext("2d");
    const view = this.#view;
    if (!context || !view || !width || !height) return;
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const right = Math.max(MARGIN.left + 1, width - MARGIN.right);
    const bottom = Math.max(MARGIN.top + 1, height - MARGIN.bottom);
    const x = scaleLinear([...view.x], [MARGIN.left, right]);
    const y = scaleLinear([...view.y], [bottom, MARGIN.top]);
    this.#scales = { x, y };
    const pen = { context, x, y, colours: palette() };
    axes(pen, view);
    context.save();
    context.beginPath();
    context.rect(MARGIN.left, MARGIN.top, right - MARGIN.left, bottom - MARGIN.top);
    context.clip();
    view.paint(pen);
    context.restore();
  }
}

function axes({ context, x, y, colours }: Pen, { names, say = short }: View): void {
  const [left = 0, right = 0] = x.range();
  const [bottom = 0, top = 0] = y.range();
  context.font = FONT;
  context.fillStyle = colours.muted;
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const tick of x.ticks(Math.max(2, (right - left) / PIXELS_A_TICK.x))) {
    line(context, x(tick), bottom, x(tick), top);
    context.fillText(short(tick), x(tick), bottom + 5);
  }
  context.fillText(names[0], (left + right) / 2, bottom + 5 + SIZE + 4);
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const tick of y.ticks(Math.max(2, (bottom - top) / PIXELS_A_TICK.y))) {
    line(context, left, y(tick), right, y(tick));
    context.fillText(say(tick), left - 6, y(tick));
  }
  context.save();
  context.translate(SIZE / 2 + 1, (top + bottom) / 2);
  context.rotate(-Math.PI / 2);
  context.textAlign = "center";
  context.fillText(names[1], 0, 0);
  context.restore();
}

function line(context: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number): void {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}

/** Numbers over evenly spaced places, row by row from the lowest `y`. */
export interface Grid {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly values: ArrayLike<number>;
}

/** The rectangle of a grid, half a step wider on each side: a pixel's middle is where its number belongs. */
function rectangle({ x, y }: Pen, grid: Grid): { left: number; top: number; across: number; down: number } {
  const ends = (places: readonly number[]) => [places[0] ?? 0, places.at(-1) ?? 1] as const;
  const [[x0, x1], [y0, y1]] = [ends(grid.x), ends(grid.y)];
  const across = (x(x1) - x(x0)) / (grid.x.length - 1);
  const down = (y(y0) - y(y1)) / (grid.y.length - 1);
  return { left: x(x0) - across / 2, top: y(y1) - down / 2, across, down };
}

/** Draw a picture of a pixel a place over where the places are. */
export function drawHeat(pen: Pen, grid: Grid, picture: CanvasImageSource): void {
  const { left, top, across, down } = rectangle(pen, grid);
  pen.context.imageSmoothingEnabled = true;
  pen.context.imageSmoothingQuality = "high";
  pen.context.drawImage(picture, left, top, across * grid.x.length, down * grid.y.length);
}

/** Draw where the numbers of a grid are `value`. */
export function drawContour(pen: Pen, grid: Grid, value: number): void {
  const { context } = pen;
  const { left, top, across, down } = rectangle(pen, grid);
  const bottom = top + down * grid.y.length;
  const found = contours()
    .size([grid.x.length, grid.y.length])
    .contour(
      Array.from(grid.values, (one) => (Number.isNaN(one) ? -Infinity : one)),
      value,
    );
  context.beginPath();
  for (const ring of found.coordinates.flat())
    ring.forEach(([x = 0, y = 0], i) => {
      const place = [left + x * across, bottom - y * down] as const;
      if (i) context.lineTo(...place);
      else context.moveTo(...place);
    });
  context.stroke();
}
