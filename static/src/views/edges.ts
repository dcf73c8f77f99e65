/** Draws a pose on the canvas: bands, lines and what travels. Colours come from the page's tokens. */

import type { Tensor } from "../api/types.ts";
import { type Address, addressText, elements } from "../core/numbers.ts";
import type { Trace } from "../core/paths.ts";
import type { Arrow, Line, Pose, Sheet } from "../core/pose.ts";
import { along, type Curve, direction } from "../core/bezier.ts";
import type { BiasEdge, Scene } from "../core/scene.ts";
import { channels, palette, type Palette } from "./palette.ts";
import type { Pen } from "./picture/pen.ts";

const WIDEST_LINE = 5;
const WIDEST_BAND = 22;
/** So far beyond its ends there may be something of a line. */
const REACH = WIDEST_BAND / 2;
const SMALLEST_ARROW = 7;
const LARGEST_ARROW = 19;
const DASH = [7, 5];

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

/**
 * The bands and lines, below the units. `marked` is a number's, or without an index a whole tensor's. Mostly one layer's
 * lines move, and then only the strip that they are in is drawn.
 */
export function paintLines(
  canvas: HTMLCanvasElement,
  scene: Scene,
  pose: Pose,
  marked: readonly (Address | null)[],
  traced: Trace | null,
) {
  const colours = palette();
  const marks = marked.map((address) => address && addressText(address)).join(" ");
  const now = { scene, pose, marks, traced, colours, ratio: devicePixelRatio };
  const strip = changed(painted.get(canvas), now);
  if (!strip) return;
  const context = fit(canvas, scene, strip);
  if (!context) return;
  painted.set(canvas, now);
  context.save();
  context.beginPath();
  context.rect(strip.from, 0, strip.to - strip.from, scene.height);
  context.clip();
  const lines = pose.lines.filter((line) => meets(line, strip));
  drawLines(context, scene, { ...pose, lines }, marked, traced, colours);
  context.restore();
}

/** The same with any pen. */
export function drawLines(
  pen: Pen,
  scene: Scene,
  pose: Pose,
  marked: readonly (Address | null)[],
  traced: Trace | null,
  colours: Palette,
) {
  const names = new Set(marked.map((address) => address && addressText(address)));
  const phase = pose.phase ? colours[pose.phase] : colours.muted;
  for (const one of pose.sheets) sheet(pen, one, colours, phase);
  const isMarked = ({ address }: Line) => names.has(addressText(address)) || names.has(address.tensor);
  const isBeside = ({ address }: Line) => traced !== null && !traced.edges.has(addressText(address));
  for (const line of pose.lines) if (!isBeside(line)) band(pen, line, colours);
  if (traced) for (const line of pose.lines) if (!isBeside(line)) outline(pen, line, colours);
  for (const line of pose.lines)
    stroke(pen, line, colours, isMarked(line), phase, isBeside(line) ? BESIDE : 1);
  pose.lossLines.forEach(({ curve, active }, i) => {
    const onPath = traced?.units.has(`${scene.columns.at(-1)?.layer.name}.${scene.lossEdges[i]?.unit}`);
    lossLine(pen, curve, onPath ? colours.backward : active ? phase : colours.control, onPath ? 5 : 2);
  });
  constants(pen, scene.biases, colours);
}

/** Part of the network's width, in pixels. */
interface Strip {
  readonly from: number;
  readonly to: number;
}

/** What of the network looks otherwise than it was painted: all of it, or the strip of the lines that do; null for none. */
function changed(before: Painted | undefined, now: Painted): Strip | null {
  const { scene, pose, ratio } = now;
  if (
    before?.scene !== scene ||
    before.colours !== now.colours ||
    before.ratio !== ratio ||
    before.marks !== now.marks ||
    before.traced !== now.traced ||
    before.pose.phase !== pose.phase ||
    !before.pose.sheets.every((one, i) => alike(one, pose.sheets[i])) ||
    !before.pose.lossLines.every((one, i) => alike(one, pose.lossLines[i]))
  )
    return { from: 0, to: scene.width };
  const moved = pose.lines.filter((one, i) => !alike(one, before.pose.lines[i]));
  return moved.length ? around(moved, pose.lines, ratio) : null;
}

/**
 * The strip of all lines that have to do with those that moved, since one that is cut looks a little otherwise; to whole
 * pixels of the screen, since beside a border through one there would be a seam.
 */
function around(moved: readonly Line[], all: readonly Line[], ratio: number): Strip {
  const strip = {
    from: Math.floor((Math.min(...moved.map(({ curve }) => curve.from.x)) - REACH) * ratio) / ratio,
    to: Math.ceil((Math.max(...moved.map(({ curve }) => curve.to.x)) + REACH) * ratio) / ratio,
  };
  const met = all.filter((line) => meets(line, strip));
  return met.length > moved.length ? around(met, all, ratio) : strip;
}

/** Whether a line has to do with a strip. */
function meets({ curve: { from, to } }: Line, strip: Strip): boolean {
  return to.x + REACH > strip.from && from.x - REACH < strip.to;
}

/** Whether two things have the same parts; what belongs to the scene is the same object then. */
function alike<Thing extends object>(one: Thing, other: Thing | undefined): boolean {
  return (
    other !== undefined &&
    (Object.keys(one) as (keyof Thing)[]).every((key) => Object.is(one[key], other[key]))
  );
}

/** What travels, above the weights that are written on the edges. */
export function paintArrows(canvas: HTMLCanvasElement, scene: Scene, pose: Pose): void {
  const context = fit(canvas, scene, { from: 0, to: scene.width });
  if (!context) return;
  drawArrows(context, pose, palette());
}

export function drawArrows(pen: Pen, pose: Pose, colours: Palette): void {
  for (const arrow of pose.arrows)
    head(pen, arrow, colours, pose.phase ? colours[pose.phase] : colours.muted);
}

/** The canvas, as large as the scene and in a strip of it empty. */
function fit(
  canvas: HTMLCanvasElement,
  { width, height }: Scene,
  { from, to }: Strip,
): CanvasRenderingContext2D | null {
  const context = canvas.getContext("2d");
  const ratio = devicePixelRatio;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(from, 0, to - from, height);
  return context;
}

function trace(pen: Pen, { from, to }: Curve): void {
  const middle = (from.x + to.x) / 2;
  pen.beginPath();
  pen.moveTo(from.x, from.y);
  pen.bezierCurveTo(middle, from.y, middle, to.y, to.x, to.y);
}

/** Among many lines the weak ones are faint, so that the strong ones can be followed. */
function faintness(size: number, scale: number): number {
  return scale === 1 ? 1 : (0.05 + 0.95 * size ** 3) * (0.55 + 0.45 * Math.sqrt(scale));
}

/** What is fainter than this among many is not seen, and what is not twice as strong needs no dash. */
const FAINTEST = 0.06;

function band(pen: Pen, { curve, band, gradient, scale }: Line, colours: Palette): void {
  const alpha = faintness(band, scale);
  if (band <= 0 || alpha < FAINTEST) return;
  trace(pen, curve);
  pen.globalAlpha = 0.26 * alpha;
  pen.setLineDash([]);
  pen.lineCap = "butt";
  pen.lineWidth = (3 + band * (WIDEST_BAND - 3)) * scale;
  pen.strokeStyle = gradient < 0 ? colours.negative : colours.positive;
  pen.stroke();
  pen.globalAlpha = 1;
}

/** How much of a line is seen while nothing goes along it: still three times as strong as the paper, in either sign. */
const AT_REST = 0.72;

/** What is seen of the lines beside a path that is shown. */
const BESIDE = 0.22;

/** A line of the path that is shown runs in a tube of the colour in which gradients go back. */
function outline(pen: Pen, { curve, size, scale }: Line, colours: Palette): void {
  const width = 1 + size * (WIDEST_LINE - 1) * scale;
  trace(pen, curve);
  pen.setLineDash([]);
  for (const [wider, colour] of [
    [9, colours.backward],
    [4, colours.panel],
  ] as const) {
    pen.lineWidth = width + wider;
    pen.strokeStyle = colour;
    pen.stroke();
  }
}

function stroke(pen: Pen, line: Line, colours: Palette, marked: boolean, phase: string, seen: number): void {
  const width = line.value === 0 ? 1 : 1 + line.size * (WIDEST_LINE - 1) * line.scale;
  if (line.updating || marked) {
    trace(pen, line.curve);
    pen.setLineDash([]);
    pen.lineWidth = width + (marked ? 9 : 7 * line.scale);
    pen.globalAlpha = seen * (line.updating ? 0.45 * faintness(line.size, line.scale) : 0.2);
    pen.strokeStyle = line.updating ? phase : colours.ink;
    pen.stroke();
  }
  trace(pen, line.curve);
  const alpha = faintness(line.size, line.scale);
  pen.globalAlpha = marked ? 1 : (line.active ? 1 : AT_REST) * alpha * seen;
  pen.setLineDash(line.value < 0 && alpha > 2 * FAINTEST ? DASH : []);
  pen.lineWidth = width;
  pen.strokeStyle = line.value < 0 ? colours.negative : line.value > 0 ? colours.positive : colours.muted;
  pen.stroke();
  pen.globalAlpha = 1;
  pen.setLineDash([]);
}

function lossLine(pen: Pen, curve: Curve, colour: string, width: number): void {
  trace(pen, curve);
  pen.lineWidth = width;
  pen.strokeStyle = colour;
  pen.stroke();
}

/** The constants 1 that biases come from, each a path of its own: one of all of them has other borders where it is cut. */
function constants(pen: Pen, biases: readonly BiasEdge[], colours: Palette): void {
  pen.fillStyle = colours.panel;
  pen.strokeStyle = colours.muted;
  for (const { radius, scale, curve } of biases) {
    const { x, y } = curve.from;
    if (radius) {
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
      pen.lineWidth = 1;
      pen.stroke();
    }
    if (scale !== 1) continue;
    // A figure of lines, because to set so many as text takes longer than all the rest.
    pen.beginPath();
    pen.moveTo(x - 2.2, y - 2);
    pen.lineTo(x + 0.6, y - 4.2);
    pen.lineTo(x + 0.6, y + 4.2);
    pen.lineWidth = 1.4;
    pen.stroke();
  }
}

/** The corners of an arrowhead of length 1 that points along x: its tip, a barb, its notch, the other barb. */
const HEAD = [
  { x: 0.6, y: 0 },
  { x: -0.5, y: 0.48 },
  { x: -0.22, y: 0 },
  { x: -0.5, y: -0.48 },
] as const;
/** A finer arrowhead than this has corners for an outline: to stroke a thousand of them takes most of a picture's time. */
const ROUND = 0.5;
const OUTLINE = 3.5;

/** An arrowhead: ink, with the phase as its outline, pointing where it goes. */
function head(pen: Pen, arrow: Arrow, colours: Palette, phase: string): void {
  const scale = Math.max(0.4, arrow.scale);
  const length = (SMALLEST_ARROW + arrow.size * (LARGEST_ARROW - SMALLEST_ARROW)) * scale;
  const alpha = faintness(arrow.size, arrow.scale);
  if (alpha < FAINTEST) return;
  const tip = along(arrow.curve, arrow.place);
  const turn = direction(arrow.curve, arrow.place) + (arrow.backward ? Math.PI : 0);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const shape = (long: number) => {
    pen.beginPath();
    for (const { x, y } of HEAD) {
      const [across, up] = [x * long, y * long];
      pen.lineTo(tip.x + across * cos - up * sin, tip.y + across * sin + up * cos);
    }
    pen.closePath();
  };
  pen.globalAlpha = alpha;
  pen.fillStyle = phase;
  if (arrow.scale < ROUND) {
    shape(length + 2 * OUTLINE * scale);
    pen.fill();
    shape(length);
  } else {
    shape(length);
    pen.lineJoin = "round";
    pen.lineWidth = OUTLINE * scale;
    pen.strokeStyle = phase;
    pen.stroke();
  }
  pen.fillStyle = colours.ink;
  pen.fill();
  pen.globalAlpha = 1;
}

/** A matrix of weights: a cell a weight, tinted by its sign and size. */
function sheet(pen: Pen, { area, values, most, active }: Sheet, colours: Palette, phase: string) {
  const { left, top, right, bottom } = area;
  const picture = values?.values ? pictureOf(values, most, colours) : null;
  pen.imageSmoothingEnabled = false;
  if (picture) pen.drawImage(picture, left, top, right - left, bottom - top);
  pen.setLineDash([]);
  pen.lineWidth = active ? 2.5 : 1;
  pen.strokeStyle = active ? phase : colours.line;
  pen.strokeRect(left, top, right - left, bottom - top);
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
