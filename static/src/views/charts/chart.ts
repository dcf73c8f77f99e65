/**
 * What the strip knows of a chart, whichever it is. A new chart is a file with a `Chart` in it and its row in `tabs.ts`;
 * buttons for table, picture and numbers, and what stands when it cannot be loaded, are the strip's.
 */

import type { nothing, TemplateResult } from "lit";

import type { Sheet } from "../../core/sheet.ts";
import type { State } from "../../store.ts";
import type { Desk } from "../view.ts";

export interface Tab {
  /** What stands on the tab. */
  readonly name: string;
  /** What the region is called that is there while the tab is chosen; its files are named after it. */
  readonly region: string;
  /** Whether there is such a chart of this network. */
  readonly applies?: (state: State) => boolean;
  /** How many things it has to say, where that is a number worth seeing before it is opened. */
  readonly count?: (state: State) => number;
  readonly load: () => Promise<{ readonly open: Open }>;
}

/** Opens a chart; `redraw` is called when it has something new to show that the store does not say. */
export type Open = (desk: Desk, redraw: () => void) => Chart;

export type Shown = TemplateResult | typeof nothing | string;

/** A chart that is open. It asks the server for what it needs by itself, from its opening until it is disposed of. */
export interface Chart {
  /** What it has to say of the moment that is shown. */
  words(state: State): Shown;
  /** Whether the words are about something else than the present moment: what the pointer is at. */
  readonly probing?: boolean;
  /** Its own buttons and choices. */
  tools?(state: State): Shown;
  body(state: State): Shown;
  /** Draw what is not HTML, each time after the body has been rendered into `panel`. */
  paint?(panel: HTMLElement, state: State): void;
  /** The theme has changed. */
  repaint?(): void;
  /** The numbers that are shown, as rows; null while there are none. */
  table(state: State): Sheet | null;
  /** The same to take along, where that is more than what is shown. */
  numbers?(state: State): Promise<Sheet | null>;
  /** False while that which draws it is not there. */
  readonly drawable?: boolean;
  /** What a picture of it is put together from. */
  pictures(): readonly Picture[];
  dispose(): void;
}

export interface Picture {
  readonly title: string;
  readonly canvas: HTMLCanvasElement;
}
