/**
 * What the page knows of a network, read off the server's graph by role and shape: which tensors are a unit's, which
 * are the weights of the edges into a layer. No op is known by name here or anywhere on the page.
 */

import type { Frame, Graph, ScheduledTick, Spec } from "../api/types.ts";
import { type Address, element } from "./numbers.ts";

type TensorInfo = Graph["tensors"][number];

/** A layer of units. `before` are the tensors of a unit that an edge's sum makes, `out` is what it hands on. */
export interface Layer {
  readonly name: string;
  readonly type: string;
  readonly activation: string | null;
  readonly units: number;
  /** What its units stand for, an input or a class each; none where the data has no names. */
  readonly names: readonly string[];
  readonly out: string;
  readonly inner: string | null;
  readonly weights: string | null;
  readonly bias: string | null;
  readonly source: string | null;
}

export interface Net {
  readonly layers: readonly Layer[];
  readonly target: string;
  readonly loss: string;
  readonly terms: string;
  /** What the loss makes of each output, where it makes something of them: probabilities. */
  readonly outcome: string | null;
  /** What is added to the loss of the data, of which the loss is the sum. */
  readonly penalties: readonly string[];
  readonly schedule: readonly ScheduledTick[];
  readonly info: ReadonlyMap<string, TensorInfo>;
}

/** What a tick does, as far as it can be seen. */
export type Motion =
  | { kind: "along-edges"; layer: string; direction: "forward" | "backward" }
  | { kind: "to-loss" | "from-loss" }
  | { kind: "in-units"; layer: string }
  | { kind: "weight-gradient" | "weight-update"; layer: string }
  | { kind: "bias-gradient" | "bias-update"; layer: string };

export const INPUT = "input";
export const LOSS = "loss";

export function readNet(graph: Graph): Net {
  const info = new Map(graph.tensors.map((tensor) => [tensor.name, tensor]));
  const of = (layer: string, role: TensorInfo["role"]) =>
    graph.tensors.filter((tensor) => tensor.layer === layer && tensor.role === role);
  let source: string | null = null;
  const layers = graph.layers
    .filter((layer) => layer.name !== LOSS)
    .map((layer): Layer => {
      const made = layer.name === INPUT ? of(INPUT, "data") : of(layer.name, "activation");
      const parameters = of(layer.name, "parameter");
      const read: Layer = {
        name: layer.name,
        type: layer.type,
        activation: layer.activation,
        units: layer.shape.at(-1) ?? 1,
        names: layer.unit_names ?? [],
        out: made.at(-1)?.name ?? "",
        inner: made.length > 1 ? (made[0]?.name ?? null) : null,
        weights: parameters.find((tensor) => tensor.shape.length === 2)?.name ?? null,
        bias: parameters.find((tensor) => tensor.shape.length === 1)?.name ?? null,
        source,
      };
      source = layer.name;
      return read;
    });
  const lossTensors = of(LOSS, "loss");
  const shaped = (dimensions: number) =>
    lossTensors.filter((tensor) => tensor.shape.length === dimensions).map(({ name }) => name);
  const loss = `${LOSS}.value`;
  return {
    layers,
    target: of("target", "data")[0]?.name ?? "",
    loss,
    terms: shaped(1)[0] ?? "",
    outcome: shaped(2)[0] ?? null,
    penalties: shaped(0).filter((name) => name !== loss),
    schedule: graph.schedule,
    info,
  };
}

export function layerOf(net: Net, name: string): Layer | undefined {
  return net.layers.find((layer) => layer.name === name);
}

/** How many inputs a network has. */
export function inputsOf(net: Net): number {
  return layerOf(net, INPUT)?.units ?? 0;
}

/** How many examples the batch of a moment has; 1 where none is known. */
export function batchOf(net: Net | null, frame: Frame | null): number {
  return frame?.tensors[net?.target ?? ""]?.shape[0] ?? 1;
}

/** Whether a network has a number of this address, in a batch that is large enough. */
export function hasNumber(net: Net, { tensor, index }: Address): boolean {
  const shape = net.info.get(tensor)?.shape;
  return shape?.length === index.length && shape.every((size, i) => (index[i] ?? 0) < (size ?? Infinity));
}

/** What a gradient is divided by, as a mark beside it: the batch, where the loss is a mean over more than one example. */
export function dividedBy(spec: Spec | null, batch: number): string {
  return batch > 1 && spec?.loss.reduction === "mean" ? ` ÷ ${batch}` : "";
}

/** The gradient of a tensor: the page asks the graph, it does not put names together. */
export function gradientOf(net: Net, name: string | null): string | null {
  for (const tensor of net.info.values())
    if (name !== null && tensor.gradient_of === name) return tensor.name;
  return null;
}

/** The parameter that a gradient, an update or a state of the optimizer belongs to, or that it is itself. */
export function parameterOf(net: Net, name: string): string | null {
  const of = net.info.get(name)?.gradient_of ?? name;
  if (net.info.get(of)?.role === "parameter") return of;
  const update = net.schedule.find((tick) => tick.phase === "update" && tick.writes.includes(name));
  return update?.writes.at(-1) ?? null;
}

/** What a gradient, an update or a state of the optimizer is of; null of anything else. */
export function ownerOf(net: Net, name: string): string | null {
  const of = net.info.get(name)?.gradient_of ?? parameterOf(net, name);
  return of === name ? null : of;
}

/** What can be seen of a tick: told from the phase, and the roles and shapes of what it reads and writes. */
export function motionOf(net: Net, tick: ScheduledTick): Motion {
  const written = net.info.get(tick.phase === "update" ? (tick.writes.at(-1) ?? "") : (tick.writes[0] ?? ""));
  const subject = net.info.get(written?.gradient_of ?? "") ?? written;
  if (tick.phase === "loss") return { kind: "to-loss" };
  if (subject?.role === "parameter") {
    const what = subject.shape.length === 2 ? "weight" : "bias";
    return { kind: `${what}-${tick.phase === "update" ? "update" : "gradient"}`, layer: subject.layer };
  }
  if (tick.layer === LOSS) return { kind: "from-loss" };
  const crosses = tick.reads.some((name) => net.info.get(name)?.role === "parameter");
  if (!crosses) return { kind: "in-units", layer: tick.layer };
  return {
    kind: "along-edges",
    layer: tick.layer,
    direction: tick.phase === "forward" ? "forward" : "backward",
  };
}

/** Whether a tensor has a row for each example of the batch. */
export function batched(net: Net, tensor: string): boolean {
  return net.info.get(tensor)?.shape[0] === null;
}

/** The example that a number is of, where it is of one. */
export function exampleOf(net: Net, address: Address): number | undefined {
  return batched(net, address.tensor) ? address.index[0] : undefined;
}

/** The same number of another row of the batch, if it is one of the batch's. */
export function inRow(net: Net, address: Address, sample: number): Address {
  return batched(net, address.tensor) ? { ...address, index: [sample, ...address.index.slice(1)] } : address;
}

/** The unit that a number belongs to: of an activation its own, of a weight or bias the one it leads into. */
export function unitOf(net: Net, address: Address): { layer: string; unit: number } | null {
  const info = net.info.get(address.tensor);
  if (!info) return null;
  const layer = info.layer === LOSS || info.layer === "target" ? net.layers.at(-1)?.name : info.layer;
  const unit = address.index[batched(net, address.tensor) ? 1 : 0];
  return layer !== undefined && unit !== undefined ? { layer, unit } : null;
}

/** What the unit of a number stands for, where it is an output's or an input's own; null of any other. */
export function unitName(net: Net, address: Address): string | null {
  const place = batched(net, address.tensor) ? unitOf(net, address) : null;
  return (place && layerOf(net, place.layer)?.names[place.unit]) ?? null;
}

/** What the target of an example is called, where it is the index of a class that has a name. */
export function classOf(net: Net, frame: Frame, sample: number): string | null {
  const target = frame.tensors[net.target];
  const index = target?.shape.length === 1 ? element(target, [sample]) : null;
  return net.layers.at(-1)?.names[index ?? -1] ?? null;
}

/** Which of the micro-batches of a step a tick works on; 0 where a step has one batch. */
export function microOf(tick: ScheduledTick | undefined): number {
  return tick?.micro ?? 0;
}

/** How many micro-batches a step has. */
export function microBatches({ schedule }: Net): number {
  return 1 + Math.max(0, ...schedule.map(microOf));
}

/** Whether a tick begins on another batch than the tick before had: a step's first, and a micro-batch's first. */
export function takesBatch(schedule: readonly ScheduledTick[], index: number): boolean {
  return index === 0 || microOf(schedule[index]) !== microOf(schedule[index - 1]);
}

/** The tick that led to a frame; null where none has run since the beginning or since a change. */
export function lastTick(net: Net, frame: Frame | null | undefined): ScheduledTick | null {
  if (!frame || frame.phase === null) return null;
  return net.schedule[(frame.t - 1) % net.schedule.length] ?? null;
}
