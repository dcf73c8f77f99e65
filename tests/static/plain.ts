import type { Part } from "../../static/src/core/sentence.ts";
import { short } from "../../static/src/core/numbers.ts";

/** A sentence as plain text. */
export function plainText(parts: readonly Part[]): string {
  return parts.map((part) => (typeof part === "string" ? part : short(part.value))).join("");
}
