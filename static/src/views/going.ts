/** Going from number to number: through a door, or back on the way that led here. */

import type { Address } from "../core/numbers.ts";
import { before, through } from "../core/way.ts";
import type { Desk } from "./view.ts";

/** Ask how a number came to be. Through a door the way that led here goes on; from anywhere else one begins. */
export function ask({ store, session }: Desk, address: Address, door: boolean): void {
  const { way, selected } = store.state;
  const gone = door ? through(way, selected, address) : [address];
  const inspector = door ? (document.activeElement?.closest<HTMLElement>(".inspector") ?? null) : null;
  void session.select(address).then(() => {
    store.set({ way: gone });
    // The door is not there any more: who went through it by keyboard goes on from the number behind it.
    inspector?.focus();
  });
}

/** Go back to the number before, if the way that led here has one. */
export function goBack(desk: Desk): boolean {
  const { way, selected } = desk.store.state;
  const last = before(way, selected).at(-1);
  if (last) ask(desk, last, true);
  return last !== undefined;
}
