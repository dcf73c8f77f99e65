/**
 * What a field for numbers would make another number of, unsaid: it drops the minus that the page itself writes, and a
 * decimal comma. Both are put into its letters while they are typed or pasted.
 */

import { plainly } from "../core/numbers.ts";
import type { Dispose } from "./view.ts";

export function spelling(): Dispose {
  const tell = (event: InputEvent) => {
    const { target } = event;
    const text = event.data ?? event.dataTransfer?.getData("text/plain") ?? "";
    if (!(target instanceof HTMLInputElement) || target.type !== "number" || event.isComposing) return;
    const plain = plainly(text, target.inputMode !== "numeric");
    // The only way to put text in at the caret of such a field; the browser can undo it.
    if (plain !== text && document.execCommand("insertText", false, plain)) event.preventDefault();
  };
  addEventListener("beforeinput", tell);
  return () => removeEventListener("beforeinput", tell);
}
