/**
 * What can be undone and done again. The server keeps every revision, so a change is undone by going back to the
 * revision before it; the page remembers which those are, and which moment the learner looked at. What was built is
 * another session: that is undone by going back to the one before. Steps are no changes: going back in time has its own
 * button. What ran after a change comes back with it.
 */

import type { Spec } from "../api/types.ts";
import type { Address } from "./numbers.ts";

/** A session, and what it can be made again from where nothing was done in it that was worth keeping. */
export interface Whose {
  readonly id: string;
  readonly spec: Spec | null;
  readonly preset: string | null;
}

/** What was changed: a number of the network, or one of the optimizer by its key; null for anything else. */
export type Changed = Address | string | null;

/** A state of a session, the moment that was shown, the row of its batch, and what was changed there. */
export interface Place {
  readonly session: Whose;
  readonly rev: number;
  readonly t: number;
  readonly sample: number;
  readonly of: Changed;
}

export interface Undo {
  readonly past: readonly Place[];
  readonly future: readonly Place[];
}

export const NOTHING: Undo = { past: [], future: [] };

/** After a change that was made at `here`: it can be undone, and what was undone before is left. */
export function changed({ past }: Undo, here: Place): Undo {
  return { past: [...past, here], future: [] };
}

/** Undo from `here`: where that leads, and what can be done after it. Null where there is nothing to undo. */
export function undone({ past, future }: Undo, here: Place): { to: Place; then: Undo } | null {
  const to = past.at(-1);
  return to ? { to, then: { past: past.slice(0, -1), future: [...future, { ...here, of: to.of }] } } : null;
}

/** Redo from `here`, the other way round. */
export function redone({ past, future }: Undo, here: Place): { to: Place; then: Undo } | null {
  const to = future.at(-1);
  return to ? { to, then: { past: [...past, { ...here, of: to.of }], future: future.slice(0, -1) } } : null;
}

/** What can be undone and done again when a session is not there any more. */
export function without({ past, future }: Undo, id: string): Undo {
  const stays = ({ session }: Place) => session.id !== id;
  return { past: past.filter(stays), future: future.filter(stays) };
}
