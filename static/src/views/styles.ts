/**
 * Styles of an element, as properties and never as a `style` attribute: the server's content security policy refuses
 * those. Lit's own `styleMap` writes the attribute the first time.
 */

import { nothing, noChange } from "lit";
import { Directive, directive, type AttributePart, type PartInfo, PartType } from "lit/directive.js";

export type Styles = Readonly<Record<string, string | number>>;

class StyleMap extends Directive {
  #last: Styles = {};

  constructor(part: PartInfo) {
    super(part);
    if (part.type !== PartType.ATTRIBUTE || part.name !== "style")
      throw new Error("styleMap stands in style=");
  }

  override render(_styles: Styles): unknown {
    return nothing;
  }

  override update(part: AttributePart, [styles]: [Styles]): unknown {
    const { style } = part.element as HTMLElement;
    for (const name of Object.keys(this.#last)) if (!(name in styles)) style.removeProperty(name);
    for (const [name, value] of Object.entries(styles)) {
      if (this.#last[name] !== value) style.setProperty(name, String(value));
    }
    this.#last = styles;
    return noChange;
  }
}

/** `style=${styleMap({ left: "3px", "--tint": "40%" })}`; names are those of CSS. */
export const styleMap = directive(StyleMap);

/** The style of what stands at a place. */
export function at(x: number, y: number): Styles {
  return { left: `${x}px`, top: `${y}px` };
}
