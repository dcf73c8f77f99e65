/**
 * Two runs beside one another: which moment of the one is that of the other, what one has more than the other, and in
 * what their specs differ. The networks, the optimizers and so the ticks of a step may be others; steps are the same.
 */

import type { Frame, ScheduledTick, Spec, Tensor, WireNumber } from "../api/types.ts";
import * as say from "../strings/beside.ts";
import type { Net } from "./net.ts";
import { addressText, counted, elements, fromWire, sizeOf, valueAt } from "./numbers.ts";
import type { Cell, Sheet } from "./sheet.ts";

/** The other run. */
export interface Held {
  /** The earlier session that it is; null where it is a copy that was made to be held. */
  readonly id: string | null;
  /** Whether it is shown as it is, or what this run has more than it. */
  readonly manner: "run" | "difference";
}

/** The moment of the schedule `other` at which as much has happened as at `t` of `schedule`. */
export function matching(
  schedule: readonly ScheduledTick[],
  t: number,
  other: readonly ScheduledTick[],
): number {
  const done = t % schedule.length;
  return Math.floor(t / schedule.length) * other.length + ticksDone(schedule, done, other);
}

/**
 * How many ticks of a step `other` has done when `schedule` has done the first `done`. Ticks of the same phase and layer
 * go in step, and the last of one with the last of the other; at those that `other` has none of, it waits.
 */
function ticksDone(
  schedule: readonly ScheduledTick[],
  done: number,
  other: readonly ScheduledTick[],
): number {
  for (let i = done - 1; i >= 0; i--) {
    const tick = schedule[i] as ScheduledTick;
    const [own, same] = [schedule, other].map((ticks) => ticks.filter((one) => together(one, tick)));
    const place = own?.indexOf(tick) ?? 0;
    const last = place + 1 === own?.length;
    const match = same?.[last ? same.length - 1 : Math.min(place, same.length - 1)];
    if (match) return match.index + 1;
  }
  return 0;
}

function together(one: ScheduledTick, tick: ScheduledTick): boolean {
  return one.phase === tick.phase && one.layer === tick.layer && one.micro === tick.micro;
}

/** Every number of `own` less the one of `other`. What one of them has not computed, or in another shape, is not there. */
export function difference(own: Frame, other: Frame): Frame {
  const names = Object.keys(other.tensors);
  const tensors = names.map((name) => [name, lessTensor(own.tensors[name], other.tensors[name])]);
  return { ...other, tensors: Object.fromEntries(tensors) as Frame["tensors"] };
}

function lessTensor(own: Tensor | null | undefined, other: Tensor | null | undefined): Tensor | null {
  if (!own || !other || own.values == null || other.values == null) return null;
  if (own.shape.join() !== other.shape.join()) return null;
  return { shape: other.shape, values: less(own.values, other.values) };
}

function less(own: unknown, other: unknown): unknown {
  if (own === null || other === null) return null;
  if (Array.isArray(own)) return own.map((one, i) => less(one, (other as unknown[])[i] ?? null));
  return toWire(fromWire(own as WireNumber) - fromWire(other as WireNumber));
}

function toWire(value: number): WireNumber {
  return Number.isFinite(value) ? value : (String(value) as WireNumber);
}

/** The network of which differences are drawn: of those it does not hold that one is another times a slope. */
export function withoutSlopes(net: Net): Net {
  return { ...net, schedule: net.schedule.map((tick) => ({ ...tick, matrix: null })) };
}

// What differs in the specs

/** A text of a value is cut where it is longer. */
const MOST_LETTERS = 40;
/** What a spec is called makes no other run of it. */
const CALLED = "name";

interface Change {
  readonly path: string;
  readonly text: string;
}

/**
 * What differs from one spec to another, each with its path: `layers[0].units: 3 → 4`. The same change at neighbours in a
 * list is one: `layers[0…11].activation: sigmoid → relu`.
 */
export function specChanges(from: Spec, to: Spec): string[] {
  const [{ [CALLED]: _, ...before }, { [CALLED]: __, ...after }] = [from, to];
  return folded([...changes(before, after, "")]).map(({ path, text }) => `${path}: ${text}`);
}

function* changes(from: unknown, to: unknown, path: string): Generator<Change> {
  if (isTree(from) && isTree(to) && Array.isArray(from) === Array.isArray(to)) {
    const list = Array.isArray(from);
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)]))
      yield* changes(from[key], to[key], list ? `${path}[${key}]` : path ? `${path}.${key}` : key);
  } else if (JSON.stringify(from ?? null) !== JSON.stringify(to ?? null))
    yield { path, text: `${said(from)} → ${said(to)}` };
}

const PLACE = /\[(\d+)\]/;

function folded(all: readonly Change[]): Change[] {
  const rows: { first: number; last: number; path: string; text: string }[] = [];
  const latest = new Map<string, (typeof rows)[number]>();
  for (const { path, text } of all) {
    const place = Number(PLACE.exec(path)?.[1]);
    const same = `${path.replace(PLACE, "[]")}: ${text}`;
    const row = latest.get(same);
    if (row && row.last + 1 === place) row.last = place;
    else {
      const added = { first: place, last: place, path, text };
      latest.set(same, added);
      rows.push(added);
    }
  }
  return rows.map(({ first, last, path, text }) =>
    first < last ? { path: path.replace(PLACE, `[${first}…${last}]`), text } : { path, text },
  );
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function said(value: unknown): string {
  if (value === undefined || value === null) return say.none;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MOST_LETTERS ? `${text.slice(0, MOST_LETTERS - 1)}…` : text;
}

// The numbers of both

const MOST_ROWS = 400;

/** The parameters that both have in the same shape, and their gradients. */
function common(net: Net, other: Net): string[] {
  return [...net.info.values()].flatMap(({ name, role, gradient_of, shape }) => {
    const parameter = role === "parameter" || net.info.get(gradient_of ?? "")?.role === "parameter";
    return parameter && other.info.get(name)?.shape.join() === shape.join() ? [name] : [];
  });
}

/** Both runs and their difference, a row a number; of many the first, unless all are wanted. */
export function besideSheet(
  nets: readonly [Net, Net],
  [own, other]: readonly [Frame, Frame],
  most = MOST_ROWS,
): Sheet {
  const known = common(...nets).flatMap((name) => {
    const tensor = own.tensors[name] ?? other.tensors[name];
    return tensor?.values == null ? [] : [{ name, tensor }];
  });
  const count = known.reduce((sum, { tensor }) => sum + sizeOf(tensor.shape), 0);
  const rows: Cell[][] = [];
  for (const { name, tensor } of known)
    for (const { index } of elements(tensor)) {
      if (rows.length === most) break;
      const address = { tensor: name, index };
      const [here, there] = [valueAt(own, address), valueAt(other, address)];
      rows.push([addressText(address), here, there, here === null || there === null ? null : here - there]);
    }
  const cut = rows.length < count;
  return {
    of: cut ? say.firstNumbers(counted(count)) : say.numbersOfBoth,
    columns: ["address", "this", "beside", "difference"],
    rows,
  };
}

/** Whether no parameter is another one in the two. */
export function sameParameters(net: Net, { tensors }: Frame): boolean {
  return [...net.info.values()].every(({ name, role }) => {
    const values = role === "parameter" ? tensors[name]?.values : null;
    return values == null || [values].flat(Infinity).every((value) => value === 0);
  });
}
