/** The sessions that were left for another in this tab: enough of each to tell it from the others and to enter it again. */

import type { Catalog, Head, Spec } from "../api/types.ts";
import * as say from "../strings/earlier.ts";
import { layersOf } from "./build.ts";
import { widthsText } from "./form.ts";
import { inputsOf, type Net } from "./net.ts";

export interface Earlier {
  readonly id: string;
  /** The revision it had, and the moment that was looked at. */
  readonly rev: number;
  readonly t: number;
  readonly steps: number;
  readonly widths: string;
  readonly data: string;
  /** The example that it was made from, where the page knew. */
  readonly preset: string | null;
  /** Whether it was made for this page, which then takes it away when there are too many. */
  readonly made: boolean;
}

export const MOST_EARLIER = 10;

/** What is remembered of a session that is left. */
export function leaving(
  head: Head & { readonly id: string },
  { spec, net, t, preset }: { spec: Spec; net: Net; t: number; preset: string | null },
  data: string,
  made: boolean,
): Earlier {
  const inputs = inputsOf(net);
  const widths = widthsText([inputs, ...layersOf(spec).map(({ units }) => units)]);
  return { id: head.id, rev: head.rev, t, steps: head.step, widths, data, preset, made };
}

/** The list with one more, the latest first, and those for which there is no room any more. */
export function shelved(list: readonly Earlier[], one: Earlier): { list: Earlier[]; over: Earlier[] } {
  const all = [one, ...without(list, one.id)];
  return { list: all.slice(0, MOST_EARLIER), over: all.slice(MOST_EARLIER) };
}

export function without(list: readonly Earlier[], id: string): Earlier[] {
  return list.filter((one) => one.id !== id);
}

export function earlierText({ widths, data, steps, t }: Earlier): string {
  return say.session(widths, data, steps > 0 ? say.steps(steps) : say.ticks(t));
}

/** What the data of a spec are called: by the catalog, or by the file's name where it is known. */
export function dataName(
  spec: Spec,
  catalog: Catalog | null,
  tables: Readonly<Record<string, string>>,
): string {
  const { dataset, dataset_id } = spec["data"] as { dataset?: string; dataset_id?: string };
  if (dataset_id !== undefined) return tables[dataset_id] ?? say.uploaded;
  if (dataset === undefined) return say.given;
  return catalog?.datasets.find(({ type }) => type === dataset)?.title ?? dataset;
}

/** What was kept as a text; nothing where it is none of ours. */
export function readEarlier(text: string | null): Earlier[] {
  try {
    const list = JSON.parse(text ?? "[]") as Earlier[];
    return list.filter(({ id, t, rev }) => typeof id === "string" && t >= 0 && rev >= 0);
  } catch {
    return [];
  }
}
