/**
 * What is lit and where things are at a time. `position` is a moment in ticks and may lie between two: 4.3 is three
 * tenths through the fifth tick. Playing, scrubbing and stepping back are the same: a position that moves.
 */

import type { Frame, Phase, Tensor } from "../api/types.ts";
import { gradientOf, lastTick, layerOf, motionOf, type Motion, type Net } from "./net.ts";
import { type Address, element, largestSize, valueAt } from "./numbers.ts";
import type { Curve } from "./bezier.ts";
import type { Area, Scene } from "./scene.ts";

/** A line: its weight, and the weight's gradient as a band behind it. Sizes are 0 to 1, signs are the numbers'. */
export interface Line {
  readonly address: Address;
  readonly curve: Curve;
  readonly value: number;
  readonly size: number;
  readonly gradient: number;
  readonly band: number;
  /** How much the present tick is about it. */
  readonly active: number;
  readonly updating: boolean;
  /** How strongly it may be drawn: 1, and less where there are many. */
  readonly scale: number;
}

/** Weights, or their gradients once there are any, as a matrix. */
export interface Sheet {
  readonly area: Area;
  readonly tensor: string;
  readonly values: Tensor | null;
  /** What the strongest tint stands for. */
  readonly most: number;
  readonly active: number;
}

/** An arrowhead on its way along a curve. */
export interface Arrow {
  readonly curve: Curve;
  readonly place: number;
  readonly backward: boolean;
  readonly size: number;
  readonly value: number;
  readonly scale: number;
}

export interface Pose {
  readonly phase: Phase | null;
  readonly lines: readonly Line[];
  readonly sheets: readonly Sheet[];
  readonly lossLines: readonly { curve: Curve; active: number }[];
  readonly arrows: readonly Arrow[];
  /** The layer whose units the present tick is about, and how strongly they glow. */
  readonly glow: { layer: string; strength: number } | null;
}

export type Frames = (t: number) => Frame | undefined;

const SMALLEST = 0.18;
/** An arrowhead stays clear of the units that it leaves and reaches. */
const FIRST = 0.1;
const LAST = 0.9;

/** The pose of `scene` at `position`, for one sample of the batch. */
export function poseAt(scene: Scene, net: Net, frames: Frames, position: number, sample: number): Pose {
  const ended = Math.max(0, Math.ceil(position));
  const done = ended === 0 ? 0 : 1 - (ended - position);
  const now = frames(ended);
  const before = frames(ended - 1) ?? now;
  const tick = lastTick(net, now);
  const motion = tick ? motionOf(net, tick) : null;
  return {
    phase: tick?.phase ?? null,
    lines: lines(scene, net, before, now, motion, eased(done)),
    sheets: sheets(scene, net, now, motion),
    lossLines: scene.lossEdges.map(({ curve }) => ({ curve, active: motion?.kind.endsWith("loss") ? 1 : 0 })),
    arrows: now && motion ? arrows(scene, net, now, motion, eased(done), sample) : [],
    glow: glow(net, motion, done),
  };
}

/** Slow at both ends. */
function eased(fraction: number): number {
  return fraction * fraction * (3 - 2 * fraction);
}

function lines(
  scene: Scene,
  net: Net,
  before: Frame | undefined,
  now: Frame | undefined,
  motion: Motion | null,
  done: number,
): Line[] {
  const all = [
    ...scene.edges.map(({ weight, ...edge }) => ({ ...edge, address: weight, bias: false })),
    ...scene.biases.map(({ bias, ...edge }) => ({ ...edge, address: bias, bias: true })),
  ];
  const gradients = new Map(
    net.layers.flatMap((l) => [l.weights, l.bias]).map((name) => [name, gradientOf(net, name)]),
  );
  /** What the widest line stands for: it changes with the tick, so that no width jumps. */
  const largest = (names: (string | null)[]) => {
    const [old, next] = [extent(before, names), extent(now, names)];
    return between(old || next, next, done);
  };
  const most = largest([...gradients.keys()]);
  const steepest = largest([...gradients.values()]);
  return all.map(({ layer, address, curve, bias, scale }) => {
    const value = between(valueAt(before, address) ?? 0, valueAt(now, address) ?? 0, done);
    const gradient = valueAt(now, { ...address, tensor: gradients.get(address.tensor) ?? "" });
    const own = motion !== null && "layer" in motion && motion.layer === layer;
    const kind = bias ? "bias" : "weight";
    const arriving = own && motion.kind === `${kind}-gradient` ? done : 1;
    return {
      address,
      curve,
      value,
      size: share(value, most),
      gradient: gradient ?? 0,
      band: gradient === null || gradient === 0 ? 0 : share(gradient, steepest) * arriving,
      active:
        own && (motion.kind.startsWith(kind) || (motion.kind === "along-edges" && !backToUnits(motion, bias)))
          ? 1
          : 0,
      updating: own && motion.kind === `${kind}-update`,
      scale,
    };
  });
}

/** What a matrix shows: the gradient while there is one and weights do not move, else the weights. */
export function sheetTensor(net: Net, weights: string, frame: Frame | undefined): string {
  const gradient = gradientOf(net, weights) ?? "";
  return frame?.tensors[gradient] && frame.phase !== "update" ? gradient : weights;
}

function sheets(scene: Scene, net: Net, now: Frame | undefined, motion: Motion | null): Sheet[] {
  return scene.matrices.map(({ layer, weights, area }) => {
    const tensor = sheetTensor(net, weights, now);
    const active =
      motion !== null && "layer" in motion && motion.layer === layer && motion.kind !== "in-units";
    const values = now?.tensors[tensor] ?? null;
    return { area, tensor, values, most: largestSize(values), active: active ? 1 : 0 };
  });
}

function between(from: number, to: number, done: number): number {
  return done === 1 ? to : from + (to - from) * done;
}

function backToUnits(motion: Motion, bias: boolean): boolean {
  return bias && motion.kind === "along-edges" && motion.direction === "backward";
}

/** What travels: along each edge the product that it carries, and nothing where that is zero. */
function arrows(scene: Scene, net: Net, now: Frame, motion: Motion, done: number, sample: number): Arrow[] {
  let carried: { curve: Curve; value: number; scale: number }[] = [];
  if (motion.kind === "along-edges") {
    const layer = layerOf(net, motion.layer);
    const forward = motion.direction === "forward";
    const sent =
      now.tensors[
        (forward ? layerOf(net, layer?.source ?? "")?.out : gradientOf(net, layer?.inner ?? null)) ?? ""
      ];
    carried = scene.edges
      .filter((edge) => edge.layer === motion.layer)
      .map(({ curve, weight, source, target, scale }) => {
        const value = element(sent, [sample, forward ? source : target]) ?? 0;
        return { curve, scale, value: value * (valueAt(now, weight) ?? 0) };
      });
    if (forward)
      for (const { layer: into, curve, bias, scale } of scene.biases)
        if (into === motion.layer) carried.push({ curve, scale, value: valueAt(now, bias) ?? 0 });
  } else if (motion.kind === "to-loss" || motion.kind === "from-loss") {
    const out = net.layers.at(-1)?.out ?? null;
    const sent = now.tensors[(motion.kind === "to-loss" ? out : gradientOf(net, out)) ?? ""];
    carried = scene.lossEdges.map(({ unit, curve }) => ({
      curve,
      scale: 1,
      value: element(sent, [sample, unit]) ?? 0,
    }));
  }
  const backward =
    motion.kind === "from-loss" || (motion.kind === "along-edges" && motion.direction === "backward");
  const most = Math.max(...carried.map(({ value }) => Math.abs(value)).filter(Number.isFinite), 0);
  return carried
    .filter(({ value }) => value !== 0)
    .map(({ curve, value, scale }) => ({
      curve,
      value,
      scale,
      backward,
      place: FIRST + (LAST - FIRST) * (backward ? 1 - done : done),
      size: share(value, most),
    }));
}

function glow(net: Net, motion: Motion | null, done: number): Pose["glow"] {
  if (motion === null) return null;
  const pulse = 0.35 + 0.65 * Math.sin(Math.PI * Math.min(1, done));
  if (motion.kind === "in-units") return { layer: motion.layer, strength: pulse };
  if (motion.kind === "along-edges") {
    const source = layerOf(net, motion.layer)?.source ?? "";
    return { layer: motion.direction === "forward" ? motion.layer : source, strength: done };
  }
  if (motion.kind === "from-loss") return { layer: net.layers.at(-1)?.name ?? "", strength: done };
  if (motion.kind === "to-loss") return { layer: "loss", strength: done };
  return null;
}

/** The largest size among the finite elements of these tensors. */
function extent(frame: Frame | undefined, names: (string | null)[]): number {
  return Math.max(0, ...names.map((name) => largestSize(frame?.tensors[name ?? ""])));
}

/** A size for a number: its share of the largest, with the small ones kept in sight. Zero has none. */
function share(value: number, most: number): number {
  if (value === 0 || most === 0) return 0;
  if (!Number.isFinite(value)) return 1;
  return SMALLEST + (1 - SMALLEST) * Math.sqrt(Math.min(1, Math.abs(value) / most));
}
