/**
 * Typeset formulas. KaTeX is large, so it comes after the first frame; until then, and where it does not come, the
 * LaTeX stands as text.
 */

import { html, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";

import type { Store } from "../store.ts";
import { arrived } from "./arriving.ts";

/** What marks a symbol as that of a number, with `data-lights`. */
const MARK = "\\htmlData";

let katex: typeof import("katex").default | null = null;

export async function loadMath(store: Store): Promise<void> {
  const loading = Promise.all([import("katex"), import("katex/dist/katex.min.css")]);
  const loaded = await arrived(store, loading);
  if (!loaded) return;
  katex = loaded[0].default;
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
