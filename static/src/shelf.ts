/**
 * Keeps the sessions that were left for another, so that each is a click away and stands at the moment where it was
 * left. There is room for some; the oldest that were made for this page are taken away.
 */

import type { Client } from "./api/client.ts";
import { isGone } from "./api/requests.ts";
import { dataName, type Earlier, leaving, readEarlier, shelved, without } from "./core/earlier.ts";
import type { Session } from "./session.ts";
import type { State, Store } from "./store.ts";
import * as say from "./strings/shelf.ts";

const KEY = "backscope-earlier";

/** Where a text is kept by name as long as the tab is open. */
export interface Memory {
  get(key: string): string | null;
  set(key: string, text: string): void;
}

export class Shelf {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #memory: Memory;

  constructor(client: Client, store: Store, session: Session, memory: Memory) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#memory = memory;
    session.onLeave = (left) => this.#keep(left);
    store.set({ earlier: readEarlier(memory.get(KEY)) });
    store.watch(({ head, earlier }) => {
      if (head?.id && earlier.some(({ id }) => id === head.id)) this.#put(without(earlier, head.id));
    });
  }

  /** Enter a session again at the moment where it was left. */
  enter({ id, t, preset, made }: Earlier): Promise<void> {
    const session = this.#session;
    return session.enterBy(async () => {
      try {
        const found = await this.#client.session(id);
        await session.enter(found, Math.min(t, found.session.t), { preset });
        if (made) session.made.adopt(id);
      } catch (error) {
        if (!isGone(error)) throw error;
        this.#put(without(this.#store.state.earlier, id));
        this.#store.set({ notice: { kind: "news", text: say.gone } });
      }
    });
  }

  #keep(left: State): void {
    const { head, spec, net, catalog, building } = left;
    if (!head?.id || !spec || !net) return;
    const data = dataName(spec, catalog, building.tables);
    const one = leaving(
      { ...head, id: head.id },
      { ...left, spec, net },
      data,
      this.#session.made.has(head.id),
    );
    const { list, over } = shelved(this.#store.state.earlier, one);
    for (const { id, rev, made: ours } of over)
      if (ours) void this.#client.remove(id, rev).catch(() => undefined);
    this.#put(list);
  }

  #put(earlier: readonly Earlier[]): void {
    this.#store.set({ earlier });
    this.#memory.set(KEY, JSON.stringify(earlier));
  }
}
