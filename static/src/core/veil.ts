/** What a tick has just written can be hidden until a class has guessed it: then it is shown as it was before. */

import type { Frame } from "../api/types.ts";
import { lastTick, type Net } from "./net.ts";

/** What is shown to a class, and whether it has not been guessed yet. */
interface Presented {
  readonly net: Net | null;
  readonly frame: Frame | null;
  readonly presenting: boolean;
  readonly veiled: boolean;
}

/** The tensors that are hidden now. */
export function hiddenIn({ net, frame, presenting, veiled }: Presented): ReadonlySet<string> {
  const hides = presenting && veiled && net;
  return new Set(hides ? lastTick(net, frame)?.writes : []);
}

/** The frame with the hidden tensors as they were in the one before. */
export function veiledFrame(frame: Frame, before: Frame | undefined, hidden: ReadonlySet<string>): Frame {
  if (!hidden.size) return frame;
  const then = [...hidden].map((name) => [name, before?.tensors[name] ?? null]);
  return { ...frame, tensors: { ...frame.tensors, ...Object.fromEntries(then) } };
}
