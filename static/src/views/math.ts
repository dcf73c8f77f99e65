/** Typeset formulas. KaTeX is large, so it comes after the first frame; until then the LaTeX stands as text. */

import { html, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";

/** What marks a symbol as that of a number, with `data-lights`. */
const MARK = "\\htmlData";

let katex: typeof import("katex").default | null = null;

export async function loadMath(): Promise<void> {
  const [{ default: loaded }] = await Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  katex = loaded;
  for (const element of document.querySelectorAll<HTMLElement>("[data-latex]")) typeset(element);
}

/** A formula. `display` sets it apart, as on a line of its own. */
export function math(latex: string, display = false): TemplateResult {
  return html`<span
    class=${display ? "formula" : "symbol"}
    data-latex=${latex}
    ?data-display=${display}
    ${ref((element) => element instanceof HTMLElement && typeset(element))}
  ></span>`;
}

function typeset(element: HTMLElement): void {
  // The attribute is bound after the ref where an element is made, so it is read when all is in place.
  queueMicrotask(() => {
    const latex = element.dataset["latex"] ?? "";
    if (element.dataset["set"] === latex && katex) return;
    if (!katex) {
      element.textContent = latex;
      return;
    }
    // In a line of text KaTeX would set fractions and their indices smaller, too small to be read.
    katex.render(`\\displaystyle ${latex}`, element, {
      displayMode: "display" in element.dataset,
      throwOnError: false,
      // A symbol may say which number it stands for, and nothing else.
      trust: ({ command }) => command === MARK,
      strict: (code) => (code === "htmlExtension" ? "ignore" : "warn"),
    });
    element.dataset["set"] = latex;
  });
}
