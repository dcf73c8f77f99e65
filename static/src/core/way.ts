/**
 * The way that one has gone from number to number, each time through a door: a factor of the one before. The last of a
 * way is where one is; a number that is reached again ends the way there, so that no way goes in circles.
 */

import { type Address, sameAddress } from "./numbers.ts";

export type Way = readonly Address[];

/** The way after a door from `here` to `there`. */
export function through(way: Way, here: Address | null, there: Address): Way {
  const gone = here ? [...before(way, here), here] : [];
  const passed = gone.findIndex((address) => sameAddress(address, there));
  return [...(passed < 0 ? gone : gone.slice(0, passed)), there];
}

/** What one has passed on the way to `here`: nothing, where the way leads elsewhere. */
export function before(way: Way, here: Address | null): Way {
  const last = way.at(-1) ?? null;
  return sameAddress(last, here) ? way.slice(0, -1) : [];
}
