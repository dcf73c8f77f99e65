/** What the page shows, in one place: views read it and are called when it has changed. */

import type { Catalog, Example, Explanation, Frame, Head, Run, Spec } from "./api/types.ts";
import type { Held } from "./core/beside.ts";
import { type Building, NOTHING_BUILT } from "./core/build.ts";
import type { Diagnosis, Trial } from "./core/diagnosis.ts";
import type { Earlier } from "./core/earlier.ts";
import type { Part } from "./core/sentence.ts";
import type { Learned } from "./core/learned.ts";
import type { Maps } from "./core/maps.ts";
import type { Net } from "./core/net.ts";
import type { Rows } from "./core/rows.ts";
import type { Address } from "./core/numbers.ts";
import type { Trace } from "./core/paths.ts";
import { WHOLE } from "./core/zoom.ts";
import { isSwift, type StepSize } from "./core/stepping.ts";
import { NOTHING, type Undo } from "./core/undo.ts";
import type { Way } from "./core/way.ts";

/** Something that went wrong and what can be done about it. */
export interface Notice {
  readonly kind: "offline" | "refused" | "news";
  readonly text: string;
  /** By which code of the server it was refused. */
  readonly code?: string;
  /** An address to take along. */
  readonly link?: string;
  readonly actions?: readonly { readonly name: string; readonly run: () => void }[] | undefined;
}

/** Work that takes long: what it is in words, how far it is where that is known, and how to give it up where it can be. */
export interface Lasting {
  readonly text: string;
  readonly progress?: { readonly done: number; readonly total: number };
  readonly giveUp?: (() => void) | undefined;
}

/** The tabs of the inspector. */
export type TabName = "formula" | "code" | "paths" | "matrices" | "optimizer" | "check";

/** What would be, shown while a number is being dragged or typed. The frame is the preview's then, and not the session's. */
export interface Preview {
  /** The number that is changed, its value as the session has it, and the one that is tried. */
  readonly key: string;
  /** Where it stands in the frame that is shown; null for one of the optimizer's. */
  readonly address: Address | null;
  readonly before: number;
  readonly value: number;
  /** Whether it is typed in a field, and not dragged. */
  readonly typed: boolean;
  /** The one example that would be stepped on instead of the data, where there is one. */
  readonly own: Example | null;
  /** What is so, and is shown again when the change is given up. */
  readonly real: Pick<State, "frame" | "sample" | "selected" | "own" | "sentence" | "explained">;
}

/** What was undone or done again, by its name, and the value that it has now; a name is null where it is of no number. */
export interface Restored {
  readonly way: "undone" | "redone";
  readonly name: string | null;
  readonly value: number | null;
}

export interface State {
  readonly catalog: Catalog | null;
  /** The example that the session was made from, where the page knows. */
  readonly preset: string | null;
  readonly head: Head | null;
  /** The first moment that the session has: a copy begins where it was made. */
  readonly first: number;
  readonly spec: Spec | null;
  readonly net: Net | null;
  /** The moment that is shown, its frame, and the step that the timeline lays out. */
  readonly t: number;
  readonly frame: Frame | null;
  readonly preview: Preview | null;
  readonly step: number;
  /** Which history the moments are of: counted on when another has taken the place of the one that was known. */
  readonly past: number;
  /** Whether a change is under way, after which the moments that are known may be none any more. */
  readonly changing: boolean;
  /** The one example that is stepped on instead of the data, where there is one. */
  readonly own: Example | null;
  /** The row of the batch that is shown on units. */
  readonly sample: number;
  readonly selected: Address | null;
  /** How the selected number came to be; null while it is not computed. */
  readonly explained: Explanation | null;
  /** How one came to the selected number, by the numbers before it. */
  readonly way: Way;
  readonly sentence: readonly Part[];
  /** The number under the pointer or the focus: lit wherever it stands. */
  readonly lit: Address | null;
  /** A path that is drawn on the network, and all else faintly. */
  readonly traced: Trace | null;
  /** Whether repeated layers that could be folded are shown apart. */
  readonly unfolded: boolean;
  readonly size: StepSize;
  /** How much more room the network has than there is. */
  readonly zoom: number;
  readonly speed: number;
  readonly playing: boolean;
  /** Whether what the learner asked for takes its time. */
  readonly waiting: boolean;
  /** The same when it takes long, with words. */
  readonly lasting: Lasting | null;
  readonly tab: TabName;
  readonly language: "numpy" | "pytorch";
  readonly notice: Notice | null;
  /** The training in the background that was begun last, here or elsewhere. */
  readonly run: Run | null;
  /** The lesson or the practice that the learner is at. */
  readonly learned: Learned | null;
  /** Whether the page is shown to a class, and whether what a tick has just written is hidden until it is asked for. */
  readonly presenting: boolean;
  readonly veiled: boolean;
  /** What can be undone and done again, and what was last. */
  readonly undo: Undo;
  readonly restored: Restored | null;
  /** What the builder has in hand. */
  readonly building: Building;
  /** The sessions that were left in this tab, the latest first. */
  readonly earlier: readonly Earlier[];
  /** What is wrong with what was typed, and the name of the field in which it was. */
  readonly wrong: { readonly field: string; readonly text: string } | null;
  /** The name of the number whose value is on its way to the server. */
  readonly committing: string | null;
  /** What the units answer over the plane of the inputs: at the moment that is shown, or the latest there is. */
  readonly maps: Maps | null;
  /** The rows of data, where they can be drawn. */
  readonly rows: Rows | null;
  /** What ails the network at the step that is shown, or the latest there is; why there is none, where it was refused. */
  readonly diagnosis: Diagnosis | null;
  readonly undiagnosed: string | null;
  /** The cure that was tried last. */
  readonly trial: Trial | null;
  /** The run that is held beside this one, and how it is shown. */
  readonly beside: Held | null;
  /** The name of the chart that is open. */
  readonly chart: string | null;
}

export const INITIAL: State = {
  catalog: null,
  preset: null,
  head: null,
  first: 0,
  spec: null,
  net: null,
  t: 0,
  frame: null,
  preview: null,
  step: 0,
  past: 0,
  changing: false,
  own: null,
  sample: 0,
  selected: null,
  explained: null,
  way: [],
  sentence: [],
  lit: null,
  traced: null,
  unfolded: false,
  size: "op",
  speed: 4,
  zoom: WHOLE,
  playing: false,
  waiting: false,
  lasting: null,
  tab: "formula",
  language: "numpy",
  notice: null,
  run: null,
  learned: null,
  presenting: false,
  veiled: false,
  undo: NOTHING,
  restored: null,
  building: NOTHING_BUILT,
  earlier: [],
  wrong: null,
  committing: null,
  maps: null,
  rows: null,
  diagnosis: null,
  undiagnosed: null,
  trial: null,
  beside: null,
  chart: null,
};

type Listener = (state: State) => void;

export class Store {
  #state: State;
  readonly #listeners = new Set<Listener>();
  #pending = false;

  constructor(state: State = INITIAL) {
    this.#state = state;
  }

  get state(): State {
    return this.#state;
  }

  /** Change some of the state. Listeners are told once for all changes of one turn of the event loop. */
  set(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#pending) return;
    this.#pending = true;
    queueMicrotask(() => {
      this.#pending = false;
      for (const listener of this.#listeners) listener(this.#state);
    });
  }

  /** Change some of the state, and tell nobody before the next change that is told. */
  note(change: Partial<State>): void {
    this.#state = { ...this.#state, ...change };
  }

  /** Change what can wait for the next picture: where these follow each other fast, and before the first. */
  setSoon(change: Partial<State>): void {
    if (isSwift(this.#state) || (this.#state.frame === null && this.#state.notice === null))
      this.note(change);
    else this.set(change);
  }

  /** Call `listener` now and after every change; the answer stops that. */
  watch(listener: Listener): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }
}
