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

/** A link that somebody opened. */
export interface Opened extends Link {
  /** What it says that cannot be read. */
  readonly unread: readonly Unread[];
}

export interface Unread {
  readonly name: "t" | "rev" | "sample" | "asks";
  readonly given: string;
}

const PATH = /^\/s\/([^/]+)$/;

/** Read a link from the path and the query of an address; null where it names no session. */
export function readLink(path: string, query: string): Opened | null {
  const id = PATH.exec(path)?.[1];
  if (!id) return null;
  const said = new URLSearchParams(query);
  const unread: Unread[] = [];
  const read = <Value>(name: Unread["name"], form: RegExp, of: (text: string) => Value) => {
    const given = said.get(name);
    if (given === null) return undefined;
    if (form.test(given)) return of(given);
    unread.push({ name, given });
    return undefined;
  };
  return {
    id,
    t: read("t", COUNT, Number),
    rev: read("rev", COUNT, Number),
    sample: read("sample", COUNT, Number),
    selected: read("asks", ADDRESS, parseAddress),
    unread,
  };
}

const COUNT = /^\d{1,15}$/;
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
