/** The sessions that were made for this page. One that nobody worked on goes when it is left, so that they do not pile up. */

import type { Client } from "./api/client.ts";
import type { Head } from "./api/types.ts";

export class Made {
  readonly #client: Client;
  /** Those that nobody asked to keep. */
  readonly #ids = new Set<string>();
  /** Those of them that are not worth keeping, whatever was done in them. */
  readonly #dropped = new Set<string>();
  readonly #removed = new Set<string>();

  constructor(client: Client) {
    this.#client = client;
  }

  /** Whether a session was made for this page, and nobody asked to keep it. */
  has(id: string): boolean {
    return this.#ids.has(id);
  }

  /** Whether a session was taken away when it was left. */
  hasRemoved(id: string): boolean {
    return this.#removed.has(id);
  }

  /** Take a session for one that was made for this page. */
  adopt(id: string): void {
    this.#ids.add(id);
  }

  /** What was made for this page is what it was made in the place of. */
  standIn(lost: string, made: string): void {
    for (const ids of [this.#ids, this.#dropped]) if (ids.delete(lost)) ids.add(made);
  }

  /** A session that was made for a moment is not to be kept when it is left. */
  drop(id: string): void {
    this.#dropped.add(id);
  }

  /** Somebody else has been told of a session, or of what is in it: it is not this page's to take away any more. */
  keep(id: string): void {
    this.#ids.delete(id);
  }

  /**
   * Take a session away that is left, if nobody worked on it; whether that was done. Nothing waits for it, or minds if it
   * fails, as where somebody else has moved the session on.
   */
  leave({ rev }: Head, id: string): boolean {
    const passing = this.#dropped.delete(id) || rev === 0;
    if (!passing || !this.#ids.delete(id)) return false;
    this.#removed.add(id);
    void this.#client.remove(id, rev).catch(() => undefined);
    return true;
  }
}
