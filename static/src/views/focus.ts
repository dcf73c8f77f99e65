/** The focus, where what has it goes away with what is drawn next. */

/**
 * Whoever is at `part` or in it by keyboard goes on from another place, once that is drawn. A click leaves the focus to the
 * page, whose keys move through time.
 */
export function handOn(part: Element | null, to: () => HTMLElement | null | undefined): void {
  if (part?.matches(":focus-visible, :has(:focus-visible)")) queueMicrotask(() => to()?.focus());
}
