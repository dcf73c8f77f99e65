/**
 * Keeps the curves of the open chart up with the session. One request is under way at a time, and between two there is
 * a rest of several times what one took: looking at a run must not slow it down.
 */

import type { Client } from "./api/client.ts";
import { belongs, type ChartName, type Curves, readCurves } from "./core/curves.ts";
import type { Clock } from "./motion.ts";
import type { State, Store } from "./store.ts";

const REST = 250;
const TIMES = 4;
const RETRY = 2000;

export class CurveFeed {
  readonly #client: Client;
  readonly #store: Store;
  readonly #clock: Clock;
  #busy = false;
  /** What curves a session has: known after the first answer. */
  #names: { id: string; all: readonly string[] } | null = null;

  constructor(client: Client, store: Store, clock: Clock) {
    this.#client = client;
    this.#store = store;
    this.#clock = clock;
  }

  /** Follow the session while a chart is open; the answer stops that. */
  start(): () => void {
    return this.#store.watch((state) => {
      if (!this.#busy && wanting(state)) void this.#follow();
    });
  }

  async #follow(): Promise<void> {
    this.#busy = true;
    for (let want = wanting(this.#store.state); want; want = wanting(this.#store.state)) {
      const begun = this.#clock.now();
      const read = await this.#read(want.id, want.chart);
      const took = this.#clock.now() - begun;
      await this.#clock.wait(read ? Math.max(REST, TIMES * took) : RETRY);
    }
    this.#busy = false;
  }

  async #read(id: string, chart: ChartName): Promise<boolean> {
    try {
      this.#store.set({ curves: await this.#curves(id, chart), curvesMissed: false });
      return true;
    } catch {
      // The session says on its own what is wrong with the server; here only that these are not the latest.
      this.#store.set({ curvesMissed: true });
      return false;
    }
  }

  async #curves(id: string, chart: ChartName): Promise<Curves> {
    const known = this.#names?.id === id ? this.#names.all.filter((name) => belongs(chart, name)) : [];
    const { session, series } = await this.#client.metrics(id, known);
    if (!known.length) this.#names = { id, all: Object.keys(series) };
    return { id, rev: session.rev, of: chart, series: readCurves(series) };
  }

  /** All that there is of the chart's curves, to take along. */
  async whole({ id, series }: Curves): Promise<Curves["series"]> {
    const names = series.map(({ name }) => name);
    return readCurves((await this.#client.metrics(id, names, 10_000)).series);
  }
}

/** Which curves are wanted: those of the open chart, where they are not of the head's revision. */
function wanting({ chart, head, curves }: State): { id: string; chart: ChartName } | null {
  if (!chart || !head) return null;
  const fresh = curves?.id === head.id && curves.of === chart && curves.rev >= head.rev;
  return fresh ? null : { id: head.id, chart };
}
