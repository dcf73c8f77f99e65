/**
 * Keeps the pictures of the units up with the moment that is shown, where the inputs are a plane, and the rows of data
 * with the session, where those can be drawn. While playing fast pictures between are left out; stepping never waits
 * for one.
 */

import { askedAs, type Client } from "./api/client.ts";
import { isPlane, type Maps, momentOfMaps } from "./core/maps.ts";
import { inputsOf } from "./core/net.ts";
import { readRows, type Rows } from "./core/rows.ts";
import { MOST_INPUTS } from "./core/scatter.ts";
import { Feed, momentKey } from "./feed.ts";
import type { Clock } from "./motion.ts";
import type { State, Store } from "./store.ts";

const RESOLUTION = 20;
const REST = 50;
const TIMES = 2;
const KEPT = 60;

/** By what the pictures of a moment are known; null where there are none. */
export function mapKey(state: State): string | null {
  const { net, t } = state;
  return net && isPlane(net) ? momentKey({ ...state, t: momentOfMaps(net.schedule, t) }) : null;
}

/** The pictures of the moment that is shown. */
export function askMaps(client: Client, { net, head, t }: State): Promise<Maps> {
  return client.maps(askedAs(head), momentOfMaps(net?.schedule ?? [], t), RESOLUTION);
}

/** Start to put the pictures of the present moment, or the latest there are, into the store; and the rows of data. */
export function startMaps(client: Client, store: Store, clock: Clock): () => void {
  const maps: Feed<Maps> = new Feed(store, clock, {
    key: mapKey,
    ask: (state) => askMaps(client, state),
    heard: () => show(store.state),
    rest: REST,
    times: TIMES,
    kept: KEPT,
  });
  const rows: Feed<Rows> = new Feed(store, clock, {
    key: ({ net, head }) => (net && head && inputsOf(net) <= MOST_INPUTS ? head.view_id : null),
    ask: async ({ head }) => readRows(askedAs(head), await client.data(askedAs(head))),
    heard: () => show(store.state),
  });
  const show = (shown: State) => {
    const own = <Heard extends { of: string }>(heard: Heard | null) =>
      heard?.of === askedAs(shown.head) ? heard : null;
    const now = { maps: own(maps.latest), rows: own(rows.latest) };
    if (now.maps !== shown.maps || now.rows !== shown.rows) store.setSoon(now);
  };
  const disposals = [maps.start(), rows.start(), store.watch(show)];
  return () => disposals.forEach((dispose) => dispose());
}
