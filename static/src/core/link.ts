/** A link to a moment: which session, when, which of its histories, and where the learner looked. */

import type { LogRow } from "../api/types.ts";
import { type Address, addressText, parseAddress } from "./numbers.ts";

export interface Link {
  readonly id: string;
  readonly t?: number | undefined;
  /** The revision that the session had: by it the moment is found again when the session has gone another way. */
  readonly rev?: number | undefined;
  /** The row of the batch, and the number that was asked about. */
  readonly sample?: number | undefined;
  readonly selected?: Address | undefined;
}

const PATH = /^\/s\/([\w-]+)$/;

/** Read a link from the path and the query of an address; null where it names no session. */
export function readLink(path: string, query: string): Link | null {
  const id = PATH.exec(path)?.[1];
  if (!id) return null;
  const given = new URLSearchParams(query);
  const count = (name: string) =>
    /^\d{1,15}$/.test(given.get(name) ?? "") ? Number(given.get(name)) : undefined;
  const asks = given.get("asks");
  return {
    id,
    t: count("t"),
    rev: count("rev"),
    sample: count("sample"),
    selected: asks !== null && ADDRESS.test(asks) ? parseAddress(asks) : undefined,
  };
}

const ADDRESS = /^[A-Za-z]\w*\.\w+\[(\d+(,\d+)*)?\]$/;

export function linkText({ id, t, rev, sample, selected }: Link): string {
  const asked = Object.entries({ t, rev, sample, asks: selected && addressText(selected) })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll("%2C", ",")}`);
  return `/s/${id}${asked.length ? `?${asked.join("&")}` : ""}`;
}

/** Whether the moment `t` of a history is still that of the session after these commands. */
export function stillThere(t: number, commands: readonly LogRow[]): boolean {
  return commands.every(({ kind, after, changed }) => {
    const changes = Object.keys(changed ?? {}).filter((what) => what !== "name");
    return changes.length === 0 && (kind === "advance" || after >= t);
  });
}
