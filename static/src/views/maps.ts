/**
 * The pictures of the plane: each unit's own in its box, and the output's under the data points. A picture has a pixel
 * a point, which CSS makes as large as its place; it is drawn again only when it has changed.
 */

import { html, nothing } from "lit";

import type { Packed } from "../api/safetensors.ts";
import { INPUT, type Layer, layerOf, type Net } from "../core/net.ts";
import { inputShades, isPlane, type Maps, mapTensor, scaleOf, shadesOf } from "../core/maps.ts";
import type { State } from "../store.ts";
import { shadePixels } from "./palette.ts";
import { isDark, onTheme } from "./theme.ts";
import type { Desk, Dispose } from "./view.ts";

/** What a canvas shows now. */
interface Painted {
  readonly maps: Maps;
  readonly pixels: Uint32Array;
  readonly what: string;
}

const painted = new WeakMap<HTMLCanvasElement, Painted>();

/** A unit's picture, empty until it has come and `paintMaps` has drawn it. */
export function mapOf(net: Net, { name }: Layer, unit: number) {
  if (!isPlane(net)) return nothing;
  return html`<canvas class="map" aria-hidden="true" data-map=${name} data-map-unit=${unit} width="1" height="1"></canvas>`;
}

/** Draw what is new in the pictures within an element. */
export function paintMaps(root: ParentNode, { net, maps, rows }: State, dark = isDark()): void {
  if (!net || !maps || !isPlane(net)) return;
  const scales = new Map(net.layers.map((layer) => [layer, scaleOf(net, layer, maps, rows?.ends ?? null)]));
  for (const canvas of root.querySelectorAll<HTMLCanvasElement>("canvas.map")) {
    const layer = layerOf(net, canvas.dataset["map"] ?? "");
    const scale = layer && scales.get(layer);
    const unit = Number(canvas.dataset["mapUnit"]);
    if (!layer || !scale) continue;
    paint(canvas, maps, shadePixels(dark), `${layer.name} ${unit} ${scale.middle} ${scale.reach}`, () =>
      layer.name === INPUT
        ? inputShades(maps, unit, scale)
        : shadesOf(tensorOf(net, layer, maps), unit, scale),
    );
  }
}

function tensorOf(net: Net, layer: Layer, maps: Maps): Packed {
  return maps.tensors[mapTensor(net, layer)] ?? { shape: [], values: new Float32Array() };
}

function paint(
  canvas: HTMLCanvasElement,
  maps: Maps,
  pixels: Uint32Array,
  what: string,
  shades: () => Uint8Array,
): void {
  if (!isNew(canvas, maps, what, pixels)) return;
  const [width, height] = [maps.x.length, maps.y.length];
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d")?.putImageData(imageOf(shades(), width, height, pixels), 0, 0);
}

/** Whether a canvas shows anything else than this; then it is taken to be painted with it. */
function isNew(canvas: HTMLCanvasElement, maps: Maps, what: string, pixels = shadePixels()): boolean {
  const before = painted.get(canvas);
  if (before?.maps === maps && before.pixels === pixels && before.what === what) return false;
  painted.set(canvas, { maps, pixels, what });
  return true;
}

/**
 * Paint the output's answer wherever a canvas says by `data-boundary` which part of the plane it shows, as
 * `low,high,low,high` of one input and the other. Of more than two outputs none is more in question than another, and
 * nothing is painted.
 */
export function boundaryView(root: HTMLElement, { store }: Desk): Dispose {
  const draw = () => {
    for (const canvas of root.querySelectorAll<HTMLCanvasElement>("canvas[data-boundary]"))
      underlay(canvas, store.state);
  };
  const anew = (event: Event) => {
    painted.delete(event.target as HTMLCanvasElement);
    draw();
  };
  root.addEventListener("boundary", anew);
  const disposals = [store.watch(() => queueMicrotask(draw)), onTheme(draw)];
  return () => {
    root.removeEventListener("boundary", anew);
    for (const dispose of disposals) dispose();
  };
}

function underlay(canvas: HTMLCanvasElement, { net, maps, rows }: State): void {
  const context = canvas.getContext("2d");
  const layer = net?.layers.at(-1);
  if (!context || !canvas.width) return;
  const output = net && maps && layer && isPlane(net) ? tensorOf(net, layer, maps) : null;
  if (!output || !maps || !layer || (output.shape[2] ?? 1) > 1) {
    if (painted.delete(canvas)) context.clearRect(0, 0, canvas.width, canvas.height);
    return;
  }
  const scale = scaleOf(net as Net, layer, maps, rows?.ends ?? null);
  const part = canvas.dataset["boundary"] ?? "";
  if (!isNew(canvas, maps, `${part} ${scale.middle} ${scale.reach}`)) return;
  const [left = 0, right = 1, low = 0, high = 1] = part.split(",").map(Number);
  const { width, height } = canvas;
  const along = (places: readonly number[], from: number, to: number, size: number) => {
    const [first = 0, last = 1] = [places[0], places.at(-1)];
    const half = (last - first) / (places.length - 1) / 2;
    return [
      ((first - half - from) / (to - from)) * size,
      ((last - first + 2 * half) / (to - from)) * size,
    ] as const;
  };
  const [x, across] = along(maps.x, left, right, width);
  const [y, up] = along(maps.y, low, high, height);
  context.clearRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(
    pictureOf(shadesOf(output, 0, scale), maps.x.length, maps.y.length),
    x,
    height - y - up,
    across,
    up,
  );
}

/** Shades as a picture of a pixel each, in the colours of the theme. */
export function pictureOf(shades: Uint8Array, width: number, height: number): OffscreenCanvas {
  const picture = new OffscreenCanvas(width, height);
  picture.getContext("2d")?.putImageData(imageOf(shades, width, height), 0, 0);
  return picture;
}

function imageOf(shades: Uint8Array, width: number, height: number, pixels = shadePixels()): ImageData {
  const image = new ImageData(width, height);
  const own = new Uint32Array(image.data.buffer);
  shades.forEach((shade, i) => (own[i] = pixels[shade] ?? 0));
  return image;
}
