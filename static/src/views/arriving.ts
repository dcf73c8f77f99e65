/**
 * Parts of the page that come when they are needed. One may not come: the line is gone, or the server has a newer page
 * by now, whose parts have other names. The session is kept, so loading the page again leads on.
 */

import type { Store } from "../store.ts";
import * as say from "../strings/page.ts";

/** The part that is on its way; null where it does not come, and that is said. */
export async function arrived<Part>(store: Store, coming: Promise<Part>): Promise<Part | null> {
  try {
    return await coming;
  } catch {
    const actions = [{ name: say.loadAgain, run: () => location.reload() }];
    store.set({ notice: { kind: "news", text: say.partUnloaded, actions } });
    return null;
  }
}
