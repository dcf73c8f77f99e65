/** What layers did in some of the finished steps, kept up with the run's head. */

import { askedAs, type Client } from "./api/client.ts";
import { trendCurves } from "./core/trends.ts";
import type { Curves } from "./curvefeed.ts";
import { Feed } from "./feed.ts";
import type { Clock } from "./motion.ts";
import type { State, Store } from "./store.ts";

/** Looking back runs steps again: it must take no more than a small part of the server's time. */
export const LOOKING_BACK = { rest: 500, times: 8 };

/** By which the finished steps of a run are known. */
export function finishedKey({ head, net, past, changing }: State): string | null {
  if (!head || !net || changing) return null;
  return `${head.view_id} ${past} ${Math.floor(head.t / net.schedule.length)}`;
}

export function trendFeed(
  client: Client,
  store: Store,
  clock: Clock,
  name: string,
  heard: () => void,
): Feed<Curves> {
  return new Feed(store, clock, {
    key: finishedKey,
    ask: async ({ head }) => {
      const id = askedAs(head);
      return { id, series: trendCurves(await client.trends(id, head?.t ?? 0), name) };
    },
    heard,
    ...LOOKING_BACK,
  });
}
