/**
 * Hears what the server says of the session by itself, so that a session which is open twice, or is moved from a
 * notebook, moves here too. A page that is not looked at lets go of its stream: a browser has six connections for one
 * server, and a notebook may well show seven sessions.
 */

import type { Client } from "./api/client.ts";
import type { Head, Run } from "./api/types.ts";
import type { Session } from "./session.ts";
import type { Store } from "./store.ts";
import type { Training } from "./training.ts";

/** How long until a stream that was refused is asked for again. */
const AGAIN = 10_000;

export class Following {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #training: Training;
  #stream: EventSource | null = null;
  #of = "";
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(client: Client, store: Store, session: Session, training: Training) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#training = training;
  }

  /** Follow the session that is open as long as the page is looked at; the answer stops that. */
  start(): () => void {
    let inSight = false;
    const look = () =>
      this.#listen(inSight && document.visibilityState === "visible" ? this.#session.id : "");
    const stop = this.#store.watch(look);
    document.addEventListener("visibilitychange", look);
    // A page in a frame is visible all the time, and in sight only where the page around it is scrolled to it.
    const sight = new IntersectionObserver((seen) => {
      inSight = seen.at(-1)?.isIntersecting ?? false;
      look();
    });
    sight.observe(document.documentElement);
    return () => {
      stop();
      document.removeEventListener("visibilitychange", look);
      sight.disconnect();
      this.#listen("");
    };
  }

  #listen(id: string): void {
    if (id === this.#of) return;
    this.#stream?.close();
    clearTimeout(this.#later);
    this.#of = id;
    this.#stream = id ? this.#open(id) : null;
  }

  #open(id: string): EventSource {
    const stream = new EventSource(this.#client.eventsAddress(id));
    const hear = <Told>(name: string, act: (told: Told) => void) =>
      stream.addEventListener(name, (event) => act(JSON.parse((event as MessageEvent<string>).data) as Told));
    hear<{ session: Head }>("head", ({ session }) => this.#session.moved(session));
    hear<{ run: Run }>("progress", ({ run }) => this.#training.watch(run));
    // A stream that was cut comes again by itself; one that was refused does not.
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED && this.#of === id)
        this.#later = setTimeout(() => {
          if (this.#of === id) this.#stream = this.#open(id);
        }, AGAIN);
    });
    return stream;
  }
}
