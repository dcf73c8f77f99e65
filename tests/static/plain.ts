import type { Part } from "../../static/src/core/sentence.ts";
import { short } from "../../static/src/core/numbers.ts";

/** A sentence as plain text. */
export function plainText(parts: readonly Part[]): string {
  const text = (part: Part) =>
    typeof part === "string" ? part : "verdict" in part ? part.verdict : short(part.value);
  return parts.map(text).join("");
}
