/**
 * Which numbers of a network can be changed: its parameters, and the inputs and targets of an example. Told from their
 * roles. An example with another number in it is an own one, which stands in no data.
 */

import type { Catalog, Example, Frame, Spec } from "../api/types.ts";
import type { Scale } from "./drag.ts";
import { lastTick, type Net } from "./net.ts";
import { type Address, element, fromWire, valueAt } from "./numbers.ts";

/** The smallest step of a weight: at what is next to nothing one could drag for long and see nothing. */
const LEAST_STEP = 0.01;

export type Part = "parameter" | "input" | "target";

/** As what the numbers of a tensor can be changed; null for those that are computed. */
export function partOf(net: Net, tensor: string): Part | null {
  const role = net.info.get(tensor)?.role;
  if (role === "parameter") return role;
  if (role !== "data") return null;
  return tensor === net.target ? "target" : "input";
}

/** What values a number of the network can have. `wants` is what the loss wants of a target, as the catalog says it. */
export function scaleOf(net: Net, frame: Frame, { tensor }: Address, wants: string | null): Scale {
  if (partOf(net, tensor) !== "target") return { least: LEAST_STEP };
  if (net.info.get(tensor)?.shape.length === 1)
    return { grid: 1, minimum: 0, maximum: (net.layers.at(-1)?.units ?? 1) - 1 };
  if (saysClasses(frame, tensor)) return { grid: 1, minimum: 0, maximum: 1 };
  if (wants === "signs") return { grid: 2, minimum: -1, maximum: 1 };
  if (wants === "binary") return { minimum: 0, maximum: 1, least: 0.1 };
  return { least: LEAST_STEP };
}

/** What the loss of a session wants of its targets. */
export function wantedTargets(catalog: Catalog | null, spec: Spec | null): string | null {
  const loss = catalog?.losses.find(({ type }) => type === spec?.loss.type);
  const targets = loss && (loss as { targets?: unknown }).targets;
  return typeof targets === "string" ? targets : null;
}

/** Whether the targets are rows of one 1 among zeros. */
function saysClasses(frame: Frame, tensor: string): boolean {
  const [rows = 0, columns = 0] = frame.tensors[tensor]?.shape ?? [];
  if (columns < 2) return false;
  return Array.from({ length: rows }, (_, row) => rowOf(frame, tensor, row)).every(
    (row) => row.every((value) => value === 0 || value === 1) && row.filter(Boolean).length === 1,
  );
}

function rowOf(frame: Frame, tensor: string, row: number): number[] {
  const all = frame.tensors[tensor];
  const columns = all?.shape[1];
  if (columns === undefined) return [element(all, [row]) ?? 0];
  return ((all?.values as unknown[][] | undefined)?.[row] ?? []).map((value) => fromWire(value as number));
}

/** The example that a number stands in, with another value there. In a row that says a class another class is chosen. */
export function exampleWith(net: Net, frame: Frame, { tensor, index }: Address, value: number): Example {
  const [row = 0, place = 0] = index;
  const input = [...net.info.values()].find(({ name }) => partOf(net, name) === "input")?.name ?? "";
  const [x, y] = [rowOf(frame, input, row), rowOf(frame, net.target, row)];
  if (tensor !== net.target) return { x: x.with(place, value), y };
  if (!saysClasses(frame, tensor) || (value !== 0 && value !== 1)) return { x, y: y.with(place, value) };
  const chosen = value === 1 ? place : y[place] === 1 ? (place + 1) % y.length : y.indexOf(1);
  return { x, y: y.map((_, i) => Number(i === chosen)) };
}

/** Whether this step has moved the parameters of a tensor already. */
function hasMoved(net: Net, frame: Frame, tensor: string): boolean {
  const last = lastTick(net, frame);
  const done = last ? net.schedule.slice(0, last.index + 1) : [];
  return done.some(({ phase, writes }) => phase === "update" && writes.includes(tensor));
}

/** The moment of the step that a frame shows at which it is changed: a finished step is made again as a whole. */
export function changeAt(net: Net, { t, phase }: Frame): number {
  return phase !== null && t % net.schedule.length === 0 ? t - 1 : t;
}

/** A moment of a frame's step at which a number has the value that the step began with. */
export function beginningOf(net: Net, frame: Frame, { tensor }: Address): number {
  if (!hasMoved(net, frame, tensor)) return frame.t;
  return changeAt(net, frame) - (changeAt(net, frame) % net.schedule.length) + 1;
}

/** The value that the step of a frame began with, as far as an explanation of it says so. */
export function begunWith(
  net: Net,
  frame: Frame,
  address: Address,
  before: number | null | undefined,
): number | null {
  const shown = valueAt(frame, address);
  return before != null && hasMoved(net, frame, address.tensor) ? before : shown;
}
