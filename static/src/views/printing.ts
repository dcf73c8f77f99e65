/** On paper: in light colours, and the network as large as it was laid out, made smaller where it is wider than a page. */

import { printInLight } from "./theme.ts";
import type { Dispose } from "./view.ts";

/** Pixels of CSS between the margins of A4 and of a letter. */
const PAPER = 700;

export function printingView(root: HTMLElement): Dispose {
  const begin = () => {
    for (const network of root.querySelectorAll<HTMLElement>(".network")) {
      const { offsetWidth: width, offsetHeight: height } = network;
      network.style.setProperty("--print-width", `${width}px`);
      network.style.setProperty("--print-height", `${height}px`);
      network.style.setProperty("--print-zoom", String(Math.min(1, PAPER / width)));
    }
    printInLight(true);
  };
  const end = () => printInLight(false);
  addEventListener("beforeprint", begin);
  addEventListener("afterprint", end);
  return () => {
    removeEventListener("beforeprint", begin);
    removeEventListener("afterprint", end);
  };
}
