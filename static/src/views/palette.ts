/** The page's colours for what is drawn on a canvas, which CSS does not reach: tokens as the theme has them now. */

export type Palette<Token extends string> = Record<Token, string>;

/** The colours of these tokens at an element of the page. */
export function readPalette<Token extends string>(
  element: Element,
  tokens: readonly Token[],
): Palette<Token> {
  const probe = document.createElement("span");
  element.after(probe);
  const read = tokens.map((token) => {
    probe.style.color = `var(--${token})`;
    return [token, getComputedStyle(probe).color] as const;
  });
  probe.remove();
  return Object.fromEntries(read) as Palette<Token>;
}
