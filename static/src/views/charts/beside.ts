/** Another run in lock step with the page's: which one, how the two fare, and in what they differ. */

import { html, nothing } from "lit";

import { askedAs } from "../../api/client.ts";
import { besideSheet, difference, sameParameters, specChanges } from "../../core/beside.ts";
import type { Plot } from "../../core/curves.ts";
import { comparison } from "../../core/diagnosis.ts";
import { earlierText } from "../../core/earlier.ts";
import { valueAt } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import { Feed } from "../../feed.ts";
import type { State } from "../../store.ts";
import * as say from "../../strings/beside.ts";
import * as common from "../../strings/common.ts";
import * as comparing from "../../strings/comparing.ts";
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { Comparing } from "./comparing.ts";
import { choice, digits, fact } from "./parts.ts";

const NOTHING = "nothing";
const KEEP = "keep";
const KEPT = "kept";
const MOST_CHANGES = 8;

export const open: Open = (desk, redraw) => new BesideChart(desk, redraw);

class BesideChart implements Chart {
  readonly #desk: Desk;
  readonly #comparing: Comparing;
  readonly #feed: Feed<{ of: string; plot: Plot | null }>;
  readonly #disposals: readonly (() => void)[];
  #table: { of: readonly unknown[]; sheet: Sheet } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    const { store, beside, client, clock } = desk;
    this.#desk = desk;
    this.#comparing = new Comparing(desk, redraw);
    this.#feed = new Feed(store, clock, {
      key: ({ beside: held, head }) => {
        const { head: other } = beside.other;
        return held && other ? `${head?.view_id} ${head?.rev} ${other.view_id} ${other.rev}` : null;
      },
      ask: async ({ head }) => {
        const of = beside.id;
        const losses = (id: string) => client.metrics(id, ["loss"]).then(({ series }) => series);
        const [there, here] = await Promise.all([losses(of), losses(askedAs(head))]);
        return { of, plot: comparison([there, say.LINES.other], [here, say.LINES.this]) };
      },
      heard: redraw,
    });
    const changed = () => {
      this.#feed.look();
      redraw();
    };
    this.#disposals = [this.#feed.start(), beside.shown.watch(changed)];
  }

  /** The other run, where it is in step. */
  get #other(): State | null {
    const { beside } = this.#desk;
    return beside.inStep ? beside.other : null;
  }

  words(state: State) {
    const plot = this.#plot;
    if (plot && this.probing) return this.#comparing.losses(plot, state);
    const { notice } = this.#desk.beside.shown.state;
    if (!state.beside) return notice?.text ?? say.choose;
    const other = this.#other;
    return other
      ? said(state, other)
      : html`<span class="chart-missed">${notice?.text ?? common.wait}</span>`;
  }

  tools(state: State) {
    const { beside } = this.#desk;
    const { beside: held, earlier } = state;
    const known = earlier.some(({ id }) => id === held?.id);
    const options: (readonly [string, string])[] = [
      [NOTHING, say.noRun],
      ...(held && !known ? [[KEPT, say.keptRun] as const] : []),
      [KEEP, say.keep],
      ...earlier.map((one) => [one.id, earlierText(one)] as const),
    ];
    const chosen = !held ? NOTHING : known ? (held.id ?? KEPT) : KEPT;
    return choice(say.beside, options, chosen, (value) => {
      if (value === NOTHING) void beside.letGo();
      else if (value === KEEP) void beside.keep();
      else if (value !== KEPT) void beside.hold(value);
    });
  }

  get #plot(): Plot | null {
    const { latest } = this.#feed;
    return this.#desk.store.state.beside && latest?.of === this.#desk.beside.id ? latest.plot : null;
  }

  get probing(): boolean {
    return this.#comparing.probe !== null;
  }

  body(state: State) {
    if (!state.beside) return nothing;
    const plot = this.#plot;
    if (plot) return this.#comparing.figure(plot, state, say.LINES.other);
    return html`<p>${this.#feed.missed ? comparing.unread : comparing.noStepYet}</p>`;
  }

  paint(panel: HTMLElement, state: State): void {
    this.#comparing.paint(panel, this.#plot, state);
  }

  repaint(): void {
    this.#comparing.repaint();
  }

  #sheet({ net, frame }: State, most?: number): Sheet | null {
    const other = this.#other;
    if (!net || !frame || !other?.net || !other.frame) return null;
    return besideSheet([net, other.net], [frame, other.frame], most);
  }

  /** Made once a moment: it is asked for at every drawing. */
  table(state: State): Sheet | null {
    const of = [state.net, state.frame, this.#other?.frame];
    if (this.#table && of.every((one, i) => one === this.#table?.of[i])) return this.#table.sheet;
    const sheet = this.#sheet(state);
    this.#table = sheet && { of, sheet };
    return sheet;
  }

  numbers(state: State): Promise<Sheet> {
    const sheet = this.#sheet(state, Infinity);
    return sheet ? Promise.resolve(sheet) : Promise.reject(new Error("the other run is not in step"));
  }

  get drawable(): boolean {
    return this.#comparing.drawable && this.#plot !== null;
  }

  pictures(): readonly Picture[] {
    const { canvas } = this.#comparing;
    return canvas ? [{ canvas, title: say.lossOfBoth }] : [];
  }

  dispose(): void {
    for (const dispose of this.#disposals) dispose();
    this.#comparing.dispose();
  }
}

/** How the two fare at the moment that is shown, and what made them differ. */
function said({ step, spec, net, frame }: State, other: State) {
  if (!net || !frame || !spec || !other.net || !other.frame || !other.spec) return nothing;
  const here = valueAt(frame, { tensor: net.loss, index: [] });
  const there = valueAt(other.frame, { tensor: other.net.loss, index: [] });
  const changes = specChanges(other.spec, spec);
  return html`<span data-step=${step}>${losses(step, here, there)}</span>
    ${changes.length ? changed(changes) : unchanged(sameParameters(net, difference(frame, other.frame)))}`;
}

function losses(step: number, here: number | null, there: number | null) {
  if (here === null || there === null) return say.noLossYet(digits(step));
  const one = (column: string, value: number) => fact(column, value, "loss");
  return say.losses(digits(step), one("this", here), one("beside", there), one("difference", here - there));
}

function changed(changes: readonly string[]) {
  const more = changes.length - MOST_CHANGES;
  const listed = changes
    .slice(0, MOST_CHANGES)
    .map((change, i) => html`${i ? ", " : ""}<code data-change>${change}</code>`);
  return html`<span class="muted">${say.fromTheOther}</span>
    ${more > 0 ? say.andMore(listed, more) : html`${listed}.`}`;
}

function unchanged(same: boolean): string {
  return same ? say.nothingDiffers : say.parametersDiffer;
}
