/** Takes a moment along: as a link, as a file, as a copy; and opens what was taken along. */

import type { Client } from "./api/client.ts";
import type { Frame } from "./api/types.ts";
import { linkText, type Opened, stillThere } from "./core/link.ts";
import { batchOf, hasNumber, type Net } from "./core/net.ts";
import { addressText } from "./core/numbers.ts";
import type { Session } from "./session.ts";
import type { State, Store } from "./store.ts";
import * as say from "./strings/sharing.ts";

export class Sharing {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;

  constructor(client: Client, store: Store, session: Session) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
  }

  /** The path that leads whoever opens it to this very moment, to look at. */
  link(): string {
    const { head, t, sample, selected } = this.#store.state;
    if (!head) return "";
    this.#session.made.keep(this.#session.id);
    return linkText({ id: head.view_id, t, rev: head.rev, sample, selected: selected ?? undefined });
  }

  /**
   * Show what a link leads to. Where the session has gone another way since, that is a copy of the moment itself; where
   * it has no such moment, the nearest one, and that is said.
   */
  visit({ id, t, rev, sample = 0, selected, unread }: Opened): Promise<void> {
    const looked = (net: Net, frame: Frame, ...said: string[]): Partial<State> => {
      const rows = batchOf(net, frame);
      if (sample >= rows) said.push(say.noSuchRow(sample, rows));
      if (selected && !hasNumber(net, selected)) said.push(say.noSuchNumber(addressText(selected)));
      const text = [...unread.map(say.unread), ...said].join(" ");
      return { sample, selected: selected ?? null, notice: text ? { kind: "news", text } : null };
    };
    if (t === undefined) return this.#session.follow(id, Infinity, looked);
    return this.#session.enterBy(async () => {
      const found = await this.#client.session(id);
      const { first, session } = found;
      const preset = await this.#session.presetOf(found.spec);
      const isPresent = rev === undefined || rev >= session.rev;
      if (isPresent || (await this.#isThere(id, t, rev, session.t, session.rev))) {
        const told = first <= t && t <= session.t ? [] : [say.outOfReach(t, first, session.t)];
        return this.#session.enter(found, t, (net, frame) => ({ ...looked(net, frame, ...told), preset }));
      }
      const copied = await this.#client.fork(id, { at: t, at_rev: rev });
      const entered = (net: Net, frame: Frame) => ({ ...looked(net, frame, say.goneAnotherWay), preset });
      await this.#session.enter(copied, copied.session.t, entered);
    });
  }

  async #isThere(id: string, t: number, rev: number, reached: number, present: number): Promise<boolean> {
    if (reached < t) return false;
    for (let from: number | null = rev; from !== null && from < present;) {
      const { commands, next_page_token } = await this.#client.log(id, from);
      if (!stillThere(t, commands)) return false;
      from = next_page_token === null ? null : Number(next_page_token);
    }
    return true;
  }

  /** Go on in a session of its own from the moment that is shown; the one before stays as it is. */
  branch(): Promise<void> {
    return this.#session.enterBy(async () => {
      await this.#session.copy({});
      this.#store.set({ notice: { kind: "news", text: say.branched } });
    });
  }

  /** The address of a file to take along, in one of the formats that the server gives: of the moment that is shown, or
   * of the whole run. */
  file(format: string, whole = false): string {
    return this.#client.exportAddress(this.#session.id, format, whole ? undefined : this.#store.state.t);
  }

  /** A script of the moment that is shown, which runs by itself. */
  script(language: string): Promise<string> {
    return this.#client.script(this.#session.id, language, this.#store.state.t);
  }

  /** Open a session that was saved as a file, here or on another server. */
  async open(file: { text(): Promise<string> }): Promise<void> {
    const content = await file.text();
    const giving = new AbortController();
    const open = async () => {
      const made = await this.#client.restoreFile(content, giving.signal);
      await this.#session.enter(made, made.session.t);
      this.#store.set({ preset: null });
    };
    await this.#session.enterBy(open, () => giving.abort());
  }
}
