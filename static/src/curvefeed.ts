/** The curves of a session, or those of them that a chart shows, kept up with its head. */

import { askedAs, type Client } from "./api/client.ts";
import { type Curve, readCurves } from "./core/curves.ts";
import { Feed } from "./feed.ts";
import type { Clock } from "./motion.ts";
import type { Store } from "./store.ts";

const MOST_POINTS = 10_000;

export interface Curves {
  readonly id: string;
  readonly series: readonly Curve[];
}

/** A feed of the curves whose names `belongs` says yes to. */
export function curveFeed(
  client: Client,
  store: Store,
  clock: Clock,
  belongs: (name: string) => boolean,
  heard: () => void,
): Feed<Curves> {
  /** What curves there are: known after the first answer of a session. */
  let names: { id: string; own: readonly string[] } | null = null;
  return new Feed(store, clock, {
    key: ({ head }) => head && `${head.view_id} ${head.rev}`,
    ask: async ({ head }) => {
      const id = askedAs(head);
      const { series } = await client.metrics(id, names?.id === id ? names.own : []);
      const own = readCurves(series).filter(({ name }) => belongs(name));
      names = { id, own: own.map(({ name }) => name) };
      return { id, series: own };
    },
    heard,
  });
}

/** All that there is of these curves, to take along. */
export async function wholeCurves(client: Client, { id, series }: Curves): Promise<readonly Curve[]> {
  const names = series.map(({ name }) => name);
  return readCurves((await client.metrics(id, names, MOST_POINTS)).series);
}
