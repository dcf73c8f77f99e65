/** Backscope as a user starts it, in a process of its own, and a page's session that speaks to it. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { askedAs, Client } from "../../static/src/api/client.ts";
import type { Frame, Head, Spec } from "../../static/src/api/types.ts";
import { Builder } from "../../static/src/building.ts";
import { Changes } from "../../static/src/changes.ts";
import { type Clock, Motion } from "../../static/src/motion.ts";
import { Session } from "../../static/src/session.ts";
import { Sharing } from "../../static/src/sharing.ts";
import { type Memory, Shelf } from "../../static/src/shelf.ts";
import { type State, Store } from "../../static/src/store.ts";
import { Training } from "../../static/src/training.ts";
import { Touch } from "../../static/src/touching.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PYTHON = process.platform === "win32" ? ".venv\\Scripts\\python.exe" : ".venv/bin/python";
/** How much faster than on the page time is waited for. */
const HURRY = 40;

export class Server {
  url = "";
  readonly #environment: Record<string, string>;
  #process: ChildProcess | null = null;

  constructor(environment: Record<string, string> = {}) {
    this.#environment = environment;
  }

  /** Start it, at the port that it had before if it had one. */
  async start(): Promise<this> {
    const port = this.url ? new URL(this.url).port : "0";
    const environment = { ...process.env, BACKSCOPE_STORE: ":memory:", ...this.#environment };
    const started = spawn(ROOT + PYTHON, ["-m", "app", "--port", port], {
      cwd: ROOT,
      env: environment,
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = started;
    const ended = once(started, "exit").then(() => Promise.reject(new Error("the server did not start")));
    const said = once(createInterface(started.stdout), "line") as Promise<[string]>;
    const [line] = await Promise.race([said, ended]);
    this.url = /http:\S+/.exec(line)?.[0] ?? "";
    return this;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const stopped = this.#process && once(this.#process, "exit");
    this.#process?.kill(signal);
    await stopped;
  }
}

/** The way to the server, which a test can watch, cut and delay. */
export class Wire {
  readonly asked: string[] = [];
  cut = false;
  /** What reaches the server while its answer is lost. */
  deaf: RegExp | null = null;
  /** Answers that are put in the place of the server's, by what is asked. */
  readonly instead = new Map<RegExp, () => Response>();
  readonly #server: Server;
  readonly #held = new Map<RegExp, Promise<void>>();

  constructor(server: Server) {
    this.#server = server;
  }

  readonly fetch = async (path: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const asked = `${init.method ?? "GET"} ${String(path)}`;
    this.asked.push(asked);
    if (this.cut) throw new TypeError("fetch failed");
    for (const [what, answer] of this.instead) if (what.test(asked)) return answer();
    for (const [what, until] of this.#held) if (what.test(asked)) await until;
    const response = await fetch(this.#server.url + String(path), init);
    if (this.deaf?.test(asked)) throw new TypeError("fetch failed");
    return response;
  };

  /** Keep this from reaching the server until the function is called that comes back. */
  hold(what: RegExp): () => void {
    let release = () => {};
    this.#held.set(what, new Promise((resolve) => (release = resolve)));
    return () => {
      this.#held.delete(what);
      release();
    };
  }

  count(what: RegExp): number {
    return this.asked.filter((asked) => what.test(asked)).length;
  }
}

/** A page without its views: the session, what it shows, and a second client to see what the server has. */
export class Page {
  readonly wire: Wire;
  readonly store = new Store();
  readonly session: Session;
  readonly changes: Changes;
  readonly builder: Builder;
  readonly shelf: Shelf;
  readonly sharing: Sharing;
  readonly training: Training;
  readonly touch: Touch;
  readonly motion: Motion;
  /** Every moment that was shown, and how often something was waited for. */
  readonly shown: number[] = [];
  waits = 0;
  readonly #server: Server;
  readonly #direct: Client;

  /** Another page of the same tab has the same memory. */
  constructor(server: Server, memory: Memory = emptyMemory()) {
    const clock: Clock = {
      now: () => performance.now(),
      request: (callback) => void setTimeout(callback, 1),
      wait: (milliseconds) => {
        this.waits++;
        return new Promise((resolve) => setTimeout(resolve, milliseconds / HURRY));
      },
    };
    this.#server = server;
    this.wire = new Wire(server);
    this.motion = new Motion(clock, () => false);
    const client = new Client(this.wire.fetch);
    this.session = new Session(client, this.store, this.motion, clock);
    this.changes = new Changes(client, this.store, this.session);
    this.builder = new Builder(client, this.store, this.session, this.changes, {
      clock,
      random: () => 0.5,
      memory,
    });
    this.shelf = new Shelf(client, this.store, this.session, memory);
    this.sharing = new Sharing(client, this.store, this.session);
    this.training = new Training(client, this.store, this.session, clock);
    this.touch = new Touch(client, this.store, this.session, this.changes);
    this.#direct = new Client((path, init) => fetch(server.url + String(path), init));
    this.store.watch(({ t, frame }) => {
      if (frame && this.shown.at(-1) !== t) this.shown.push(t);
    });
  }

  get state(): State {
    return this.store.state;
  }

  get head(): Head {
    if (!this.state.head) throw new Error("no session is open");
    return this.state.head;
  }

  get notice(): string {
    const { notice } = this.state;
    return notice ? `${notice.kind}: ${notice.text}` : "";
  }

  /** Enter a session of this spec, as its address does. */
  async enter(spec: Record<string, unknown>): Promise<void> {
    await this.session.follow(askedAs((await this.#direct.create(spec)).session));
  }

  /** The file that an address gives. */
  async download(address: string): Promise<string> {
    return (await fetch(this.#server.url + address)).text();
  }

  /** Have the catalog, as the page has it when it opens. */
  async learnCatalog(): Promise<void> {
    this.store.set({ catalog: await this.#direct.catalog() });
  }

  /** What the server itself says. */
  async headThere(): Promise<Head> {
    return (await this.#direct.session(this.session.id)).session;
  }

  async specThere(): Promise<Spec> {
    return (await this.#direct.session(this.session.id)).spec;
  }

  async frameThere(t: number): Promise<Frame> {
    const { tensors, step, tick, phase } = await this.#direct.frame(this.session.id, t);
    return { t, step, tick, phase, tensors };
  }

  /** Somebody else puts the same session back. */
  async rewindElsewhere(to: number): Promise<void> {
    await this.#direct.rewind(this.session.id, to);
  }

  /** The server forgets the session. */
  async lose(): Promise<void> {
    await fetch(`${this.#server.url}/api/v1/sessions/${this.head.id}`, { method: "DELETE" });
  }
}

export function emptyMemory(): Memory {
  const kept = new Map<string, string>();
  return { get: (key) => kept.get(key) ?? null, set: (key, text) => void kept.set(key, text) };
}

/** Wait until something is so. */
export async function until(so: () => boolean, what = String(so)): Promise<void> {
  for (let tries = 0; !so(); tries++) {
    if (tries > 1000) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
