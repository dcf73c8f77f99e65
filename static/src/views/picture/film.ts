/** A range of ticks as a GIF: the frames are the session's own, fetched one after the other, and drawn on a stage. */

import { momentOfMaps, isPlane } from "../../core/maps.ts";
import { askMaps } from "../../mapfeed.ts";
import * as say from "../../strings/film.ts";
import type { Desk } from "../view.ts";
import { type Moment, Stage, type Theme } from "./stage.ts";

export interface Film {
  readonly from: number;
  readonly to: number;
  readonly theme: Theme;
  readonly width: number;
  /** How long a tick is seen, and in how many pictures its motion. */
  readonly seconds: number;
  readonly pictures: number;
}

const COLOURS = 256;

/** The film as a file; null when it was given up. `told` is called with the share that is done. */
export async function filmed(
  desk: Desk,
  { from, to, theme, width, seconds, pictures }: Film,
  told: (share: number) => void,
  given: AbortSignal,
): Promise<Blob | null> {
  const { GIFEncoder, quantize, applyPalette } = await import("gifenc");
  const { past } = desk.store.state;
  const gif = GIFEncoder();
  const stage = new Stage(desk, theme);
  const momentOf = moments(desk);
  const delay = (1000 * seconds) / pictures;
  try {
    for (let t = from; t <= to; t++) {
      const moment = await momentOf(t);
      for (let picture = 1; picture <= pictures; picture++) {
        if (given.aborted) return null;
        if (desk.store.state.past !== past) throw new Changed();
        stage.put(moment, Math.max(0, t - 1 + picture / pictures));
        const canvas = stage.pixels(width);
        const { data = new Uint8ClampedArray() } =
          canvas.getContext("2d")?.getImageData(0, 0, width, canvas.height) ?? {};
        const palette = quantize(data, COLOURS);
        gif.writeFrame(applyPalette(data, palette), width, canvas.height, { palette, delay });
        told((t - from + picture / pictures) / (to - from + 1));
        // The page goes on between two pictures.
        await desk.clock.wait(0);
      }
    }
  } finally {
    stage.close();
  }
  gif.finish();
  return new Blob([new Uint8Array(gif.bytes())], { type: "image/gif" });
}

/** The session that was filmed is not there any more, or has another past. */
export class Changed extends Error {
  constructor() {
    super(say.changed);
  }
}

/** What the page would show at each moment, with the units' pictures of that moment. */
function moments({ store, session, client }: Desk): (t: number) => Promise<Moment> {
  const asked = new Map<number, State["maps"]>();
  return async (t) => {
    const { net } = store.state;
    if (!net) throw new Changed();
    const { before, ...shown } = await session.moments.still(net, t);
    const state = { ...store.state, ...shown, lit: null, preview: null, playing: false };
    if (!isPlane(net)) return { state, before };
    const moment = momentOfMaps(net.schedule, t);
    const maps = asked.get(moment) ?? (await askMaps(client, state));
    asked.clear();
    asked.set(moment, maps);
    return { state: { ...state, maps }, before };
  };
}

type State = Moment["state"];
