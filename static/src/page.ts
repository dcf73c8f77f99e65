/** Puts the page together: those who act, the views, and what is looked after once the first frame is drawn. */

import type { Client } from "./api/client.ts";
import { Beside } from "./beside.ts";
import { Builder } from "./building.ts";
import { Changes } from "./changes.ts";
import { Diagnosing } from "./diagnosing.ts";
import { Following } from "./following.ts";
import { Inquiry } from "./inquiry.ts";
import { Learning } from "./learning.ts";
import { startMaps } from "./mapfeed.ts";
import type { Clock, Motion } from "./motion.ts";
import type { Session } from "./session.ts";
import type { Sharing } from "./sharing.ts";
import { Shelf } from "./shelf.ts";
import type { Store } from "./store.ts";
import { Touch } from "./touching.ts";
import { Training } from "./training.ts";
import { loadMath } from "./views/math.ts";
import { notebook, tab } from "./views/memory.ts";
import { mount } from "./views/page.ts";

/** What the session is asked for with, before there is a page. */
export interface Begun {
  readonly client: Client;
  readonly store: Store;
  readonly motion: Motion;
  readonly session: Session;
  readonly sharing: Sharing;
  readonly clock: Clock;
}

/** Draw the page; it is ready once what it was opened with is `entered`. */
export async function start(begun: Begun, entered: Promise<void>): Promise<void> {
  const { client, store, motion, session, clock } = begun;
  const changes = new Changes(client, store, session);
  const builder = new Builder(client, store, session, changes, { clock, random: Math.random, memory: tab });
  const shelf = new Shelf(client, store, session, tab);
  const training = new Training(client, store, session, clock);
  const learning = new Learning(client, store, session, notebook);
  const inquiry = new Inquiry(client, clock);
  const touch = new Touch(client, store, session, changes);
  const diagnosing = new Diagnosing(client, store, session, clock);
  const beside = new Beside(client, store, session, motion, clock);
  const root = document.getElementById("page");
  if (root)
    mount(root, {
      ...begun,
      changes,
      builder,
      shelf,
      training,
      learning,
      inquiry,
      touch,
      diagnosing,
      beside,
    });
  await entered;
  document.documentElement.dataset["ready"] = "true";
  startMaps(client, store, clock);
  diagnosing.start();
  beside.start();
  new Following(client, store, session, training).start();
  await loadMath(store);
}
