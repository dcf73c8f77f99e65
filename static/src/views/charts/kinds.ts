/** Where the curves of a chart come from: from what is gathered of every step, or from a look back at some. */

import { curveFeed, wholeCurves } from "../../curvefeed.ts";
import { trendFeed } from "../../trendfeed.ts";
import type { Kind } from "./curves.ts";

type Source = Pick<Kind, "feed" | "whole">;

/** The curves of every step whose names `belongs` says yes to. */
export function ofRun(belongs: (name: string) => boolean): Source {
  return {
    feed: ({ client, store, clock }, heard) => curveFeed(client, store, clock, belongs, heard),
    whole: ({ client }, curves) => wholeCurves(client, curves),
  };
}

/** What layers did in some steps, by one of the names that the server has for it. */
export function ofLayers(name: string): Source {
  return {
    feed: ({ client, store, clock }, heard) => trendFeed(client, store, clock, name, heard),
    whole: (_, { series }) => Promise.resolve(series),
  };
}
