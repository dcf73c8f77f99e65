/** Points drawn by hand: a click places one, a drag moves it; by keyboard a crosshair goes where Enter places. */

import { html, nothing, svg } from "lit";
import { live } from "lit/directives/live.js";

import type { Catalog, CatalogField } from "../api/types.ts";
import { short } from "../core/numbers.ts";
import {
  classesOf,
  type Drawing,
  EMPTY,
  hit,
  MOST_CLASSES,
  moveCross,
  movePoint,
  place,
  removePoint,
  startFrom,
} from "../core/points.ts";
import { type Cloud, placeIn, pointAt } from "../core/scatter.ts";
import type { State } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/drawing.ts";
import { hueOf, shapeOf, strengthOf } from "./scatter.ts";
import { line, numeric } from "./setting.ts";
import type { Desk } from "./view.ts";

const AREA = 60;
const REACH = 11;
/** More rows than these are not drawn on by hand. */
const MOST_POINTS = 1000;
const FEWEST_OFFERED = 3;
const FAR = 5;
const VALUE = "drawn-value";
const STROKES: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

export function drawingPart(catalog: Catalog, cloud: Cloud | null, state: State, desk: Desk) {
  const { drawing } = state.building;
  const { builder } = desk;
  const sketch = (next: Drawing) => builder.sketch(next);
  const large = (cloud?.dots.length ?? 0) > MOST_POINTS;
  return html`<div class="drawing" role="group" aria-label=${say.title}>
    ${surface(drawing, desk)}
    <p class="muted" aria-live="polite">${told(drawing)}</p>
    ${targets(drawing, state, desk)}
    <div class="segments" role="radiogroup" aria-label=${say.tool}>
      ${(["add", "remove"] as const).map((tool) => segment(say.TOOLS[tool], say.TOOLS[tool], drawing.tool === tool, "tool", () => sketch({ ...drawing, tool })))}
    </div>
    <div class="acts">
      <button type="button" class="plain primary" ?disabled=${!drawing.points.length} @click=${() => builder.usePoints(catalog)}>
        ${say.train}
      </button>
      <button type="button" class="plain" @click=${() => builder.draw(false)}>${common.cancel}</button>
    </div>
    <button
      type="button"
      class="text-button"
      ?disabled=${!cloud || cloud.inputs < 2 || large}
      title=${large ? say.tooMany(MOST_POINTS) : say.aboutStart}
      @click=${() => cloud && sketch({ ...startFrom(cloud), tool: drawing.tool })}
    >
      ${say.start}
    </button>
    <button type="button" class="text-button" aria-disabled=${!drawing.points.length} @click=${() => sketch({ ...EMPTY, kind: drawing.kind })}>
      ${say.clear}
    </button>
  </div>`;
}

function told({ points, cross, tool }: Drawing): string {
  const enter = tool === "add" ? say.enterPlaces : say.enterRemoves;
  return `${say.drawn(points.length)} ${enter(short(cross[0]), short(cross[1]))}`;
}

function surface(drawing: Drawing, desk: Desk) {
  const classes = classesOf(drawing);
  const most = drawing.points.reduce((size, { target }) => Math.max(size, Math.abs(target)), 0);
  const [x, y] = placeIn(drawing.bounds, drawing.cross).map((share) => `${100 * share}%`);
  return html`<div
    class="surface"
    role="application"
    tabindex="0"
    aria-label=${say.points}
    aria-description=${say.keys}
    @pointerdown=${(event: PointerEvent) => press(event, desk)}
    @keydown=${(event: KeyboardEvent) => key(event, drawing, desk)}
  >
    <svg aria-hidden="true">
      <line class="cross" x1=${x ?? 0} x2=${x ?? 0} y1="0" y2="100%"></line>
      <line class="cross" x1="0" x2="100%" y1=${y ?? 0} y2=${y ?? 0}></line>
      ${drawing.points.map(({ at, target }, i) => {
        const [left, top] = placeIn(drawing.bounds, at);
        return svg`<svg x="${100 * left}%" y="${100 * top}%" overflow="visible"><path
          class=${hueOf(target, classes)} d=${shapeOf(classes === null ? 0 : target, AREA)}
          opacity=${strengthOf(target, classes, most)} data-point=${i} data-at=${at.join(",")} data-target=${target}></path></svg>`;
      })}
    </svg>
  </div>`;
}

function targets(drawing: Drawing, state: State, desk: Desk) {
  const { builder } = desk;
  const { kind, target } = drawing;
  const offered = Math.min(Math.max(FEWEST_OFFERED, (classesOf(drawing) ?? 0) + 1), MOST_CLASSES);
  const classes = Array.from({ length: offered }, (_, i) => i);
  const numbers = kind === "numbers";
  return html`<div class="segments" role="radiogroup" aria-label=${say.target}>
      ${classes.map((one) =>
        segment(say.classNamed(one), one, !numbers && target === one, "target", () =>
          builder.sketch({ ...asClasses(drawing), target: one }),
        ),
      )}
      ${segment(say.number, say.number, numbers, "target", () => builder.sketch({ ...drawing, kind: "numbers" }))}
    </div>
    ${numbers ? targetValue(drawing, state, desk) : nothing}`;
}

function targetValue(drawing: Drawing, state: State, desk: Desk) {
  const about = say.aboutValue;
  const one = { name: say.targetValue, label: say.value, control: VALUE, about };
  const field = { name: VALUE, type: "number", default: 0, text: about } as CatalogField;
  const commit = (target: unknown) => {
    desk.store.set({ wrong: null });
    desk.builder.sketch({ ...drawing, target: Number(target) });
  };
  return line(one, numeric(one, field, drawing.target, state, desk, commit));
}

/** Numbers that were drawn, as the nearest classes. */
function asClasses(drawing: Drawing): Drawing {
  if (drawing.kind === "classes") return drawing;
  const nearest = (target: number) => Math.max(0, Math.min(MOST_CLASSES - 1, Math.round(target)));
  const points = drawing.points.map((point) => ({ ...point, target: nearest(point.target) }));
  return { ...drawing, kind: "classes", points };
}

function segment(name: string, text: string | number, chosen: boolean, group: string, choose: () => void) {
  return html`<label
    ><input type="radio" name="draw-${group}" aria-label=${name} .checked=${live(chosen)} @change=${choose} /><span>${text}</span></label
  >`;
}

// What hands and keys do

function press(event: PointerEvent, { builder, store }: Desk): void {
  if (event.button !== 0) return;
  const element = event.currentTarget as HTMLElement;
  const box = element.getBoundingClientRect();
  const now = () => store.state.building.drawing;
  const at = ({ clientX, clientY }: PointerEvent) =>
    pointAt(now().bounds, [(clientX - box.left) / box.width, (clientY - box.top) / box.height]);
  const found = hit(now(), at(event), { width: box.width, height: box.height, reach: REACH });
  if (event.shiftKey || now().tool === "remove") {
    if (found !== null) builder.sketch(removePoint(now(), found));
    return;
  }
  if (found === null) builder.sketch(place({ ...now(), cross: at(event) }, at(event)));
  const held = found ?? now().points.length - 1;
  element.setPointerCapture(event.pointerId);
  const drag = (moved: PointerEvent) => builder.sketch(movePoint(now(), held, at(moved)));
  element.addEventListener("pointermove", drag);
  const drop = () => element.removeEventListener("pointermove", drag);
  element.addEventListener("lostpointercapture", drop, { once: true });
}

function key(event: KeyboardEvent, drawing: Drawing, { builder }: Desk): void {
  const stroke = STROKES[event.key];
  const far = event.shiftKey ? FAR : 1;
  const element = event.currentTarget as HTMLElement;
  const { clientWidth: width, clientHeight: height } = element;
  const nearest = (reach: number) => hit(drawing, drawing.cross, { width, height, reach });
  const remove = (found: number | null) => found !== null && builder.sketch(removePoint(drawing, found));
  if (stroke) builder.sketch(moveCross(drawing, far * stroke[0], far * stroke[1]));
  else if (event.key === "Delete" || event.key === "Backspace") remove(nearest(Infinity));
  else if (event.key === "Escape") {
    builder.draw(false);
    element.closest(".data")?.querySelector<HTMLElement>(".ways > button")?.focus();
  } else if (event.key === "Enter" || event.key === " ") {
    if (drawing.tool === "remove") remove(nearest(REACH));
    else builder.sketch(place(drawing, drawing.cross));
  } else return;
  event.preventDefault();
}
