/**
 * How much more room the network is given than there is. It is laid out anew in it and not just magnified: what had
 * to be folded, tinted or left out for want of room has its numbers then.
 */

export const WHOLE = 1;
const ZOOMS: readonly number[] = [WHOLE, 1.25, 1.5, 2, 2.5, 3];

/** The next larger zoom, or with −1 the next smaller; the same where there is none. */
export function zoomBy(zoom: number, by: 1 | -1): number {
  return ZOOMS[ZOOMS.indexOf(zoom) + by] ?? zoom;
}

/** Where to scroll to, so that what is `at` so many pixels from the edge of a pane stays there. */
export function scrollTo(scrolled: number, at: number, ratio: number): number {
  return (scrolled + at) * ratio - at;
}
