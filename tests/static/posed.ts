/** Poses of recorded sessions, laid out in a window of ordinary width. */

import type { Frame } from "../../static/src/api/types.ts";
import { addressText, parseAddress, valueAt } from "../../static/src/core/numbers.ts";
import { poseAt } from "../../static/src/core/pose.ts";
import { heightFor, layOut } from "../../static/src/core/scene.ts";
import { recorded } from "./recorded.ts";

/** As high as the network may be: all of what is recorded stands there with all its numbers. */
export const ROOM = 650;

export type Posed = ReturnType<typeof posed>;

/** One recorded session, and its pose at any position, with one example of the batch chosen. */
export function posed(name: Parameters<typeof recorded>[0], sample = 0) {
  const session = recorded(name);
  const scene = layOut(session.net, 900, heightFor(session.net, 900, ROOM));
  const frames = (t: number) => (t < 0 ? undefined : session.frame(t));
  const at = (position: number) => poseAt(scene, session.net, frames, position, sample);
  return { ...session, scene, at, ticks: session.net.schedule.length };
}

export function value(frame: Frame, of: string): number {
  return valueAt(frame, parseAddress(of)) ?? NaN;
}

/** The line of a weight or bias at a position. */
export function line({ at }: Posed, of: string, position: number) {
  const found = at(position).lines.find(({ address }) => addressText(address) === of);
  if (!found) throw new Error(`no line is ${of}`);
  return found;
}

export function ascending(values: number[]): boolean {
  return values.every((one, i) => i === 0 || one > (values[i - 1] ?? NaN));
}
