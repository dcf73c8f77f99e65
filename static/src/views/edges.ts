/** Draws a pose on the canvas: bands, lines and what travels. Colours come from the page's tokens. */

import type { Tensor } from "../api/types.ts";
import { type Address, addressText, elements } from "../core/numbers.ts";
import type { Trace } from "../core/paths.ts";
import type { Arrow, Line, Pose, Sheet } from "../core/pose.ts";
import { along, type Curve, direction, type Scene } from "../core/scene.ts";
import { readPalette } from "./palette.ts";
import { isDark } from "./theme.ts";

const WIDEST_LINE = 5;
const WIDEST_BAND = 22;
const SMALLEST_ARROW = 7;
const LARGEST_ARROW = 19;
const DASH = [7, 5];

type Token =
  "positive" | "negative" | "ink" | "muted" | "panel" | "line" | "forward" | "loss" | "backward" | "update";
type Palette = Record<Token, string>;

/** What a canvas of lines shows now: mostly only what travels moves, and then the lines need not be drawn again. */
interface Painted {
  readonly scene: Scene;
  readonly pose: Pose;
  readonly marks: string;
  readonly traced: Trace | null;
  readonly colours: Palette;
  readonly ratio: number;
}

const painted = new WeakMap<HTMLCanvasElement, Painted>();

/** The bands and lines, below the units. `marked` is a number's, or without an index a whole tensor's. */
export function paintLines(
  canvas: HTMLCanvasElement,
  scene: Scene,
  pose: Pose,
  marked: readonly (Address | null)[],
  traced: Trace | null,
) {
  const colours = palette(canvas);
  const names = new Set(marked.map((address) => address && addressText(address)));
  const now = { scene, pose, marks: [...names].join(" "), traced, colours, ratio: devicePixelRatio };
  if (looksLike(painted.get(canvas), now)) return;
  const context = fit(canvas, scene);
  if (!context) return;
  painted.set(canvas, now);
  const phase = pose.phase ? colours[pose.phase] : colours.muted;
  for (const one of pose.sheets) sheet(context, one, colours, phase);
  const isMarked = ({ address }: Line) => names.has(addressText(address)) || names.has(address.tensor);
  const isBeside = ({ address }: Line) => traced !== null && !traced.edges.has(addressText(address));
  for (const line of pose.lines) if (!isBeside(line)) band(context, line, colours);
  if (traced) for (const line of pose.lines) if (!isBeside(line)) outline(context, line, colours);
  for (const line of pose.lines)
    stroke(context, line, colours, isMarked(line), phase, isBeside(line) ? BESIDE : 1);
  pose.lossLines.forEach(({ curve, active }, i) => {
    const onPath = traced?.units.has(`${scene.columns.at(-1)?.layer.name}.${scene.lossEdges[i]?.unit}`);
    lossLine(context, curve, onPath ? colours.backward : active ? phase : colours.line, onPath ? 5 : 2);
  });
  for (const { curve, scale } of scene.biases) if (scale === 1) constant(context, curve, colours);
}

function looksLike(before: Painted | undefined, now: Painted): boolean {
  return (
    before?.scene === now.scene &&
    before.colours === now.colours &&
    before.ratio === now.ratio &&
    before.marks === now.marks &&
    before.traced === now.traced &&
    before.pose.phase === now.pose.phase &&
    alike(before.pose.lines, now.pose.lines) &&
    alike(before.pose.sheets, now.pose.sheets) &&
    alike(before.pose.lossLines, now.pose.lossLines)
  );
}

/** Whether two lists have the same things in the same places; what belongs to the scene is the same object then. */
function alike<Thing extends object>(before: readonly Thing[], now: readonly Thing[]): boolean {
  return before.every((one, i) => {
    const other = now[i];
    return other && (Object.keys(one) as (keyof Thing)[]).every((key) => Object.is(one[key], other[key]));
  });
}

/** What travels, above the weights that are written on the edges. */
export function paintArrows(canvas: HTMLCanvasElement, scene: Scene, pose: Pose): void {
  const context = fit(canvas, scene);
  if (!context) return;
  const colours = palette(canvas);
  for (const arrow of pose.arrows)
    head(context, arrow, colours, pose.phase ? colours[pose.phase] : colours.muted);
}

/** The canvas, as large as the scene and empty. */
function fit(canvas: HTMLCanvasElement, { width, height }: Scene): CanvasRenderingContext2D | null {
  const context = canvas.getContext("2d");
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, width, height);
  return context;
}

function trace(context: CanvasRenderingContext2D, { from, to }: Curve): void {
  const middle = (from.x + to.x) / 2;
  context.beginPath();
  context.moveTo(from.x, from.y);
  context.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
}

/** Among many lines the weak ones are faint, so that the strong ones can be followed. */
function faintness(size: number, scale: number): number {
  return scale === 1 ? 1 : (0.05 + 0.95 * size ** 3) * (0.55 + 0.45 * Math.sqrt(scale));
}

/** What is fainter than this among many is not seen, and what is not twice as strong needs no dash. */
const FAINTEST = 0.06;

function band(
  context: CanvasRenderingContext2D,
  { curve, band, gradient, scale }: Line,
  colours: Palette,
): void {
  const alpha = faintness(band, scale);
  if (band <= 0 || alpha < FAINTEST) return;
  trace(context, curve);
  context.globalAlpha = 0.26 * alpha;
  context.setLineDash([]);
  context.lineCap = "butt";
  context.lineWidth = (3 + band * (WIDEST_BAND - 3)) * scale;
  context.strokeStyle = gradient < 0 ? colours.negative : colours.positive;
  context.stroke();
  context.globalAlpha = 1;
}

/** What is seen of the lines beside a path that is shown. */
const BESIDE = 0.22;

/** A line of the path that is shown runs in a tube of the colour in which gradients go back. */
function outline(context: CanvasRenderingContext2D, { curve, size, scale }: Line, colours: Palette): void {
  const width = 1 + size * (WIDEST_LINE - 1) * scale;
  trace(context, curve);
  context.setLineDash([]);
  for (const [wider, colour] of [
    [9, colours.backward],
    [4, colours.panel],
  ] as const) {
    context.lineWidth = width + wider;
    context.strokeStyle = colour;
    context.stroke();
  }
}

function stroke(
  context: CanvasRenderingContext2D,
  line: Line,
  colours: Palette,
  marked: boolean,
  phase: string,
  seen: number,
): void {
  const width = line.value === 0 ? 1 : 1 + line.size * (WIDEST_LINE - 1) * line.scale;
  if (line.updating || marked) {
    trace(context, line.curve);
    context.setLineDash([]);
    context.lineWidth = width + (marked ? 9 : 7 * line.scale);
    context.globalAlpha = seen * (line.updating ? 0.45 * faintness(line.size, line.scale) : 0.2);
    context.strokeStyle = line.updating ? phase : colours.ink;
    context.stroke();
  }
  trace(context, line.curve);
  const alpha = faintness(line.size, line.scale);
  context.globalAlpha = marked ? 1 : (line.active ? 1 : 0.62) * alpha * seen;
  context.setLineDash(line.value < 0 && alpha > 2 * FAINTEST ? DASH : []);
  context.lineWidth = width;
  context.strokeStyle = line.value < 0 ? colours.negative : line.value > 0 ? colours.positive : colours.muted;
  context.stroke();
  context.globalAlpha = 1;
  context.setLineDash([]);
}

function lossLine(context: CanvasRenderingContext2D, curve: Curve, colour: string, width: number): void {
  trace(context, curve);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
}

/** The constant 1 that a bias comes from. */
function constant(context: CanvasRenderingContext2D, { from }: Curve, colours: Palette): void {
  context.beginPath();
  context.arc(from.x, from.y, 8, 0, 2 * Math.PI);
  context.fillStyle = colours.panel;
  context.fill();
  context.lineWidth = 1;
  context.strokeStyle = colours.muted;
  context.stroke();
  context.fillStyle = colours.muted;
  context.font = "12px 'Inter Variable', sans-serif";
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText("1", from.x, from.y + 0.5);
}

/** An arrowhead: ink, with the phase as its outline, pointing where it goes. */
function head(context: CanvasRenderingContext2D, arrow: Arrow, colours: Palette, phase: string): void {
  const { x, y } = along(arrow.curve, arrow.place);
  const length =
    (SMALLEST_ARROW + arrow.size * (LARGEST_ARROW - SMALLEST_ARROW)) * Math.max(0.4, arrow.scale);
  const alpha = faintness(arrow.size, arrow.scale);
  if (alpha < FAINTEST) return;
  context.save();
  context.globalAlpha = alpha;
  context.translate(x, y);
  context.rotate(direction(arrow.curve, arrow.place) + (arrow.backward ? Math.PI : 0));
  context.beginPath();
  context.moveTo(length * 0.6, 0);
  context.lineTo(-length * 0.5, length * 0.48);
  context.lineTo(-length * 0.22, 0);
  context.lineTo(-length * 0.5, -length * 0.48);
  context.closePath();
  context.lineJoin = "round";
  context.lineWidth = 3.5 * Math.max(0.4, arrow.scale);
  context.strokeStyle = phase;
  context.stroke();
  context.fillStyle = colours.ink;
  context.fill();
  context.restore();
}

/** A matrix of weights: a cell a weight, tinted by its sign and size. */
function sheet(
  context: CanvasRenderingContext2D,
  { area, values, most, active }: Sheet,
  colours: Palette,
  phase: string,
) {
  const { left, top, right, bottom } = area;
  const picture = values?.values ? pictureOf(values, most, colours) : null;
  context.imageSmoothingEnabled = false;
  if (picture) context.drawImage(picture, left, top, right - left, bottom - top);
  context.setLineDash([]);
  context.lineWidth = active ? 2.5 : 1;
  context.strokeStyle = active ? phase : colours.line;
  context.strokeRect(left, top, right - left, bottom - top);
}

const pictures = new WeakMap<Tensor, Map<Palette, OffscreenCanvas>>();

/** A tensor as a picture with a pixel an element, made once a theme. */
function pictureOf(tensor: Tensor, most: number, colours: Palette): OffscreenCanvas | null {
  const known = pictures.get(tensor)?.get(colours);
  if (known) return known;
  const [rows = 1, columns = 1] = tensor.shape;
  const canvas = new OffscreenCanvas(columns, rows);
  const context = canvas.getContext("2d");
  if (!context) return null;
  const image = context.createImageData(columns, rows);
  const [positive, negative] = [channels(colours.positive), channels(colours.negative)];
  for (const { index, value } of elements(tensor)) {
    const place = 4 * ((index[0] ?? 0) * columns + (index[1] ?? 0));
    const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
    image.data.set(
      [...(value < 0 ? negative : positive), Number.isNaN(share) ? 255 : 255 * Math.sqrt(share)],
      place,
    );
  }
  context.putImageData(image, 0, 0);
  pictures.set(tensor, new Map([...(pictures.get(tensor) ?? []), [colours, canvas]]));
  return canvas;
}

function channels(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
}

const palettes = new Map<boolean, Palette>();
const TOKENS: Token[] = [
  "positive",
  "negative",
  "ink",
  "muted",
  "panel",
  "line",
  "forward",
  "loss",
  "backward",
  "update",
];

/** The tokens as colours that a canvas takes, read once a theme. */
function palette(canvas: HTMLCanvasElement): Palette {
  const known = palettes.get(isDark());
  if (known) return known;
  const made = readPalette(canvas, TOKENS);
  palettes.set(isDark(), made);
  return made;
}
