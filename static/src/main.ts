/** Puts the page together: the store, the session that moves through time, and the views. */

import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../css/tokens.css";
import "../css/base.css";
import "../css/layout.css";
import "../css/controls.css";
import "../css/touching.css";
import "../css/network.css";
import "../css/beside.css";
import "../css/inspector.css";
import "../css/bars.css";
import "../css/timeline.css";
import "../css/charts.css";
import "../css/learning.css";
import "../css/picture.css";
import "../css/print.css";

import { Client } from "./api/client.ts";
import { Beside } from "./beside.ts";
import { Builder } from "./building.ts";
import { Changes } from "./changes.ts";
import { linkText, readLink } from "./core/link.ts";
import { Diagnosing } from "./diagnosing.ts";
import { Following } from "./following.ts";
import { Inquiry } from "./inquiry.ts";
import { Learning } from "./learning.ts";
import { startMaps } from "./mapfeed.ts";
import { type Clock, Motion } from "./motion.ts";
import { Session } from "./session.ts";
import { Sharing } from "./sharing.ts";
import { Shelf } from "./shelf.ts";
import { Store } from "./store.ts";
import { Training } from "./training.ts";
import { Touch } from "./touching.ts";
import { loadMath } from "./views/math.ts";
import { notebook, tab } from "./views/memory.ts";
import { mount } from "./views/page.ts";
import { startTheme } from "./views/theme.ts";

const FIRST = "xor";

const clock: Clock = {
  now: () => performance.now(),
  request: (callback) => void requestAnimationFrame(callback),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds))),
};
const client = new Client();
const store = new Store();
const motion = new Motion(clock, () => matchMedia("(prefers-reduced-motion: reduce)").matches);
const session = new Session(client, store, motion, clock);

startTheme();
const root = document.getElementById("page");
const changes = new Changes(client, store, session);
const builder = new Builder(client, store, session, changes, { clock, random: Math.random, memory: tab });
const shelf = new Shelf(client, store, session, tab);
const sharing = new Sharing(client, store, session);
const training = new Training(client, store, session, clock);
const learning = new Learning(client, store, session, notebook);
const inquiry = new Inquiry(client);
const touch = new Touch(client, store, session, changes);
const diagnosing = new Diagnosing(client, store, session, clock);
const beside = new Beside(client, store, session, motion, clock);
const desk = {
  store,
  session,
  changes,
  builder,
  shelf,
  touch,
  sharing,
  diagnosing,
  beside,
  training,
  learning,
  motion,
  inquiry,
  client,
  clock,
};

// The address is that of the session which is shown, not of one on its way.
store.watch(({ head, t, frame }) => {
  if (!head || !frame) return;
  const address = linkText(head.id === undefined ? { id: head.view_id, t } : { id: head.id });
  if (location.pathname + location.search !== address) history.replaceState(null, "", address);
});

const link = readLink(location.pathname, location.search);
const preset = new URLSearchParams(location.search).get("preset");
void client
  .catalog()
  .then((catalog) => store.setSoon({ catalog }))
  .catch(() => undefined);
// Asked for before anything is drawn: the server answers while the parts of the page are put in their places.
const entered = link ? sharing.visit(link) : session.open(preset ?? FIRST);
const mounted = Promise.resolve().then(() => root && mount(root, desk));
void Promise.all([entered, mounted]).then(() => {
  document.documentElement.dataset["ready"] = "true";
  startMaps(client, store, clock);
  diagnosing.start();
  beside.start();
  new Following(client, store, session, training).start();
  return loadMath();
});
