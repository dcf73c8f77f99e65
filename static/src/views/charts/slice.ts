/** The loss along one weight with its tangent, and where the step leads: as the slope promised and as it came out. */

import { html, nothing } from "lit";

import { askedAs } from "../../api/client.ts";
import { nearest } from "../../core/curves.ts";
import { gradientOf, type Net } from "../../core/net.ts";
import { addressText, full, short, signed, valueAt } from "../../core/numbers.ts";
import type { Sheet } from "../../core/sheet.ts";
import {
  type Chosen,
  chosenWeight,
  lossRange,
  reachOfStep,
  readSlice,
  type Slice,
  sliceSheet,
  tangentAt,
} from "../../core/slice.ts";
import { Feed, momentKey } from "../../feed.ts";
import type { State } from "../../store.ts";
import * as common from "../../strings/common.ts";
import * as say from "../../strings/slice.ts";
import { number, read } from "../number.ts";
import type { Desk } from "../view.ts";
import type { Chart, Open, Picture } from "./chart.ts";
import { arrow, disc, guide, stroke } from "./marks.ts";
import { change, choice, fact } from "./parts.ts";
import { type Pen, Plane } from "./plane.ts";

const POINTS = 121;
const REST = 100;
const KEPT = 40;
/** How far to either side the curve reaches: so far, or as the size of the step wants it. */
const REACHES = { step: say.asTheStep, "0.5": "± 0.5", "2": "± 2", "5": "± 5", "20": "± 20" } as const;
type Reach = keyof typeof REACHES;
const USUAL = 2;
const LEAPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };
const WHY = {
  selected: say.becauseSelected,
  gradient: say.becauseOfGradient,
  size: say.becauseOfSize,
} as const;

export const open: Open = (desk, redraw) => new SliceChart(desk, redraw);

class SliceChart implements Chart {
  readonly #desk: Desk;
  readonly #redraw: () => void;
  readonly #feed: Feed<Slice>;
  readonly #stop: () => void;
  #plane: Plane | null = null;
  #reach: Reach = "2";
  /** The point of the curve that the pointer or the keyboard looks at; it stays where it was clicked. */
  #probe: number | null = null;
  #pinned = false;
  #made: { of: Slice; sheet: Sheet } | null = null;

  constructor(desk: Desk, redraw: () => void) {
    this.#desk = desk;
    this.#redraw = redraw;
    this.#feed = new Feed(desk.store, desk.clock, {
      key: (state) => {
        const [moment, chosen] = [momentKey(state), chosenOf(state)];
        return moment && chosen && `${moment} ${addressText(chosen.address)} ${this.#reach}`;
      },
      ask: (state) => this.#ask(state),
      heard: redraw,
      rest: REST,
      kept: KEPT,
    });
    this.#stop = this.#feed.start();
  }

  async #ask(state: State): Promise<Slice> {
    const { head, t } = state;
    const [id, reach] = [askedAs(head), this.#reach];
    const { address } = chosenOf(state) as Chosen;
    const along = async (span: number, points: number) =>
      readSlice(id, await this.#desk.client.slice(id, address, t, span, points));
    if (reach !== "step") return along(Number(reach), POINTS);
    return along(reachOfStep(await along(USUAL, 2), USUAL), POINTS);
  }

  /** The curve of this session and this number: of the present moment, or the latest there is. */
  #slice(state: State): Slice | null {
    const { latest } = this.#feed;
    const chosen = chosenOf(state);
    const own = latest?.of === this.#desk.session.id && chosen;
    return own && addressText(own.address) === addressText(latest.address) ? latest : null;
  }

  get probing(): boolean {
    return this.#probe !== null;
  }

  words(state: State) {
    const { net, frame } = state;
    const [slice, chosen] = [this.#slice(state), chosenOf(state)];
    if (!net || !frame || !chosen) return common.nothingYet;
    if (!slice) return this.#feed.refusal ?? (this.#feed.missed ? say.unread : common.wait);
    const stale = this.#feed.missed ? html` <span class="chart-missed">${common.notLatest}</span>` : nothing;
    const name = addressText(slice.address);
    if (this.#probe !== null) return html`${this.#at(slice, this.#probe)}${stale}`;
    return html`<b>${name}</b> ${read(slice.address, slice.value, frame)} · ${say.slope}
      ${slopeOf(net, state, slice)} · ${common.loss} ${fact("loss", slice.loss)}
      <span class="muted">${WHY[chosen.why]}</span>${stale}`;
  }

  /** A point of the curve in words. */
  #at(slice: Slice, i: number) {
    const [value, loss] = [slice.values[i] ?? NaN, slice.losses[i] ?? NaN];
    return say.whatIf(
      addressText(slice.address),
      fact("at", value, i),
      fact("loss", loss, i),
      signed(loss - slice.loss),
      fact("tangent", tangentAt(slice, value), i),
    );
  }

  tools() {
    const choose = (reach: string) => {
      this.#reach = reach as Reach;
      this.#probe = null;
      this.#feed.look();
      this.#redraw();
    };
    return choice(say.reach, Object.entries(REACHES), this.#reach, choose);
  }

  body(state: State) {
    const slice = this.#slice(state);
    if (!slice) return nothing;
    const name = addressText(slice.address);
    const under = (event: MouseEvent) => {
      const found = this.#plane?.at(event);
      return found ? nearest(slice.values, found[0]) : null;
    };
    const look = (probe: number | null, pinned = false) => {
      [this.#probe, this.#pinned] = [probe, pinned && probe !== null];
      this.#redraw();
    };
    const spoken = this.#probe === null ? say.howToMove : spokenAt(slice, this.#probe);
    return html`<figure class="chart tall">
        <div
          class="chart-plane"
          role="application"
          tabindex="0"
          aria-label=${say.along(name)}
          aria-describedby="slice-said"
          @pointermove=${(event: PointerEvent) => !this.#pinned && look(under(event))}
          @pointerleave=${() => !this.#pinned && look(null)}
          @click=${(event: MouseEvent) => look(under(event), true)}
          @blur=${() => !this.#pinned && look(null)}
          @keydown=${(event: KeyboardEvent) => this.#key(event, slice, look)}
        ></div>
        <p class="sr-only" id="slice-said" aria-live="polite">${spoken}</p>
      </figure>
      <div class="chart-side">${this.#moves(slice)} ${this.#keep(state, slice, look)}</div>`;
  }

  #key(
    event: KeyboardEvent,
    { values }: Slice,
    look: (probe: number | null, pinned?: boolean) => void,
  ): void {
    const leap = LEAPS[event.key];
    const last = values.length - 1;
    if (event.key === "Escape") look(null);
    else if (event.key === "Enter") look(this.#probe, true);
    else if (event.key === "Home" || event.key === "End") look(event.key === "Home" ? 0 : last);
    else if (leap) look(Math.max(0, Math.min(last, (this.#probe ?? last >> 1) + leap)));
    else return;
    event.preventDefault();
  }

  /** The step in numbers: what the slope promised beside what came of it. */
  #moves({ update, step }: Slice) {
    const line = (what: string, name: string, { predicted, real }: { predicted: number; real: number }) =>
      html`<li>
        ${what}: <i class="slice-key promised"></i>${say.promisedBySlope}
        ${change(name, "predicted", predicted)}, <i class="slice-key happened"></i>${say.really}
        ${change(name, "real", real)}
      </li>`;
    return html`${
      update
        ? html`<p>
              ${(update.taken ? say.tookIt : say.willTakeIt)(fact("before", update.before), fact("after", update.after))}
            </p>`
        : html`<p>${say.frozen}</p>`
    }
      <p class="muted">${say.howTheLossChanges}</p>
      <ul class="slice-moves">
        ${update ? line(say.alone, "alone", update) : nothing}
        ${line(say.step, "step", step)}
      </ul>`;
  }

  /** A place that was clicked can be made the number's value: one change, which can be undone. */
  #keep({ preview, head }: State, slice: Slice, look: (probe: number | null) => void) {
    const value = this.#pinned && this.#probe !== null ? slice.values[this.#probe] : undefined;
    if (value === undefined) return html`<p class="muted">${say.keepInView}</p>`;
    const keep = () => {
      look(null);
      void this.#desk.changes.edit(slice.address, full(value));
    };
    return html`<p>
      <button type="button" class="plain" ?disabled=${preview !== null || head?.status === "running"} @click=${keep}>
        ${say.set(addressText(slice.address), short(value))}
      </button>
      <button type="button" class="text-button" @click=${() => look(null)}>${say.backToNow}</button>
    </p>`;
  }

  paint(panel: HTMLElement, state: State): void {
    const host = panel.querySelector<HTMLElement>(".chart-plane");
    const slice = this.#slice(state);
    if (!host || !slice) {
      this.#plane?.dispose();
      this.#plane = null;
      return;
    }
    this.#plane ??= new Plane(host);
    const { values } = slice;
    this.#plane.show({
      x: [values[0] ?? 0, values.at(-1) ?? 1],
      y: lossRange(slice),
      names: [addressText(slice.address), common.loss],
      paint: (pen) => draw(pen, slice, this.#probe),
    });
  }

  repaint(): void {
    this.#plane?.repaint();
  }

  table(state: State): Sheet | null {
    const slice = this.#slice(state);
    if (slice && this.#made?.of !== slice) this.#made = { of: slice, sheet: sliceSheet(slice) };
    return slice && this.#made ? this.#made.sheet : null;
  }

  pictures(): readonly Picture[] {
    return this.#plane ? [{ title: say.title, canvas: this.#plane.canvas }] : [];
  }

  dispose(): void {
    this.#stop();
    this.#plane?.dispose();
  }
}

function chosenOf({ net, frame, selected }: State): Chosen | null {
  return net && frame ? chosenWeight(net, frame, selected) : null;
}

/** The tangent's slope, as the gradient's number where that is computed at this moment. */
function slopeOf(net: Net, { frame }: State, { address, slope }: Slice) {
  const tensor = gradientOf(net, address.tensor);
  const gradient = tensor === null ? null : { tensor, index: address.index };
  const value = gradient && frame ? valueAt(frame, gradient) : null;
  if (!gradient || !Object.is(value, slope))
    return html`${fact("slope", slope)} <span class="muted">${say.stillToCome}</span>`;
  return html`${number(gradient, value)}`;
}

function spokenAt(slice: Slice, i: number): string {
  const value = slice.values[i] ?? NaN;
  return say.spoken(
    addressText(slice.address),
    short(value),
    short(slice.losses[i] ?? NaN),
    short(tangentAt(slice, value)),
  );
}

function draw(pen: Pen, slice: Slice, probe: number | null): void {
  const { context, x, y, colours } = pen;
  const { values, losses, value, loss, update } = slice;
  const [left, right] = [values[0] ?? 0, values.at(-1) ?? 1];
  stroke(
    pen,
    colours.backward,
    1.75,
    [6, 4],
    [
      [left, tangentAt(slice, left)],
      [right, tangentAt(slice, right)],
    ],
  );
  stroke(
    pen,
    colours.ink,
    2,
    [],
    values.map((one, i) => [one, losses[i] ?? NaN]),
  );
  if (probe !== null) {
    const [at, height] = [values[probe] ?? NaN, losses[probe] ?? NaN];
    guide(pen, colours.muted, { x: at });
    disc(pen, at, height, 4, colours.muted, colours.panel);
    disc(pen, at, tangentAt(slice, at), 4, colours.panel, colours.muted);
  }
  disc(pen, value, loss, 6, colours.ink, colours.panel);
  if (!update) return;
  const [promised, happened] = [loss + update.predicted, loss + update.real];
  stroke(
    pen,
    colours.update,
    1.5,
    [],
    [
      [update.after, promised],
      [update.after, happened],
    ],
  );
  disc(pen, update.after, promised, 5, colours.panel, colours.backward);
  disc(pen, update.after, happened, 5, colours.update, colours.panel);
  context.fillStyle = colours.update;
  arrow(pen, x(value), x(update.after), (y.range()[0] ?? 0) - 6);
}
