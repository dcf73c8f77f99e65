/** Asks for the session that is to be shown, while the page that shows it is still on its way. */

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
import "../css/forced.css";
import "../css/print.css";

import { Client } from "./api/client.ts";
import { linkText, readLink } from "./core/link.ts";
import { type Clock, Motion } from "./motion.ts";
import { Session } from "./session.ts";
import { Sharing } from "./sharing.ts";
import { Store } from "./store.ts";
import * as say from "./strings/page.ts";
import { startTheme } from "./views/theme.ts";

const FIRST = "xor";
/** How long the page waits for its session before it is drawn without: drawing it twice takes twice as long. */
const PATIENCE = 150;
const RETRY = 2000;

startTheme();
const clock: Clock = {
  now: () => performance.now(),
  request: (callback) => void requestAnimationFrame(callback),
  wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds))),
};
const client = new Client();
const store = new Store();
const motion = new Motion(clock, () => matchMedia("(prefers-reduced-motion: reduce)").matches);
const session = new Session(client, store, motion, clock);
const sharing = new Sharing(client, store, session);

// The address is that of the session which is shown, not of one on its way.
store.watch(({ head, t, frame }) => {
  if (!head || !frame) return;
  const address = linkText(head.id === undefined ? { id: head.view_id, t } : { id: head.id });
  if (location.pathname + location.search !== address) history.replaceState(null, "", address);
});

const link = readLink(location.pathname, location.search);
const preset = new URLSearchParams(location.search).get("preset");
const entered = (link ? sharing.visit(link) : session.open(preset ?? FIRST)).then(offerAnother);
void learnCatalog();
const shown = Promise.race([entered.catch(() => undefined), clock.wait(PATIENCE)]);
void Promise.all([import("./page.ts"), shown]).then(
  ([{ start }]) => start({ client, store, motion, session, sharing, clock }, entered),
  () => document.getElementById("page")?.replaceChildren(say.unloaded),
);

/** Without the catalog there is no example to choose and nothing to build: it is asked for until it comes. */
async function learnCatalog(): Promise<void> {
  while (!store.state.catalog) {
    const catalog = await client.catalog().catch(() => null);
    if (catalog) store.setSoon({ catalog });
    else await clock.wait(RETRY);
  }
}

/** Where there is no such session, or none any more, the page would be empty: an example leads on. */
function offerAnother(): void {
  const { net, notice } = store.state;
  if (net || notice?.kind !== "refused") return;
  const actions = [{ name: say.beginAnew, run: () => void session.open(FIRST) }];
  store.set({ notice: { ...notice, actions } });
}
