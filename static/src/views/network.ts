/**
 * The network: units as elements, with their numbers as buttons, over edges on a canvas. What is where comes from
 * the scene, what is lit from the pose; this file puts them on the page and listens to what is pointed at.
 */

import { html, render } from "lit";

import type { Frame } from "../api/types.ts";
import { batchOf, lastTick, type Net, unitOf } from "../core/net.ts";
import type { Focus } from "../core/form.ts";
import { type Address, valueAt } from "../core/numbers.ts";
import type { Trace } from "../core/paths.ts";
import { type Pose, poseAt } from "../core/pose.ts";
import { heightFor, layOut, nearestEdge, type Scene } from "../core/scene.ts";
import { hiddenIn, veiledFrame } from "../core/veil.ts";
import { WHOLE } from "../core/zoom.ts";
import type { Motion } from "../motion.ts";
import type { State, Store } from "../store.ts";
import { networkTemplate } from "./diagram.ts";
import { paintArrows, paintLines } from "./edges.ts";
import { paintMaps } from "./maps.ts";
import { weightOf } from "./tag.ts";
import { onTheme } from "./theme.ts";
import type { Desk, Dispose } from "./view.ts";

/** From this width on the page is as high as the window, and the network has what is left of it. */
const BOUNDED = "(width >= 1180px)";
/** Elsewhere the page scrolls; the network still is not to be higher than this share of the window, or this. */
const SHARE_OF_WINDOW = 0.7;
const LEAST_ROOM = 480;
/** Beside another a network is half as wide: its numbers need this height, and where it is not there the stage scrolls. */
const LEAST_BESIDE = 390;

/** What is where on the network that is shown in an element. */
const scenes = new WeakMap<Element, Scene>();

/** A run as it is drawn: the page's own, or the one that is held beside it. */
export interface Drawn {
  readonly store: Store;
  readonly motion: Motion;
  readonly frameAt: (t: number) => Frame | undefined;
  /** Whether its numbers are such as travel along edges. */
  readonly travels: () => boolean;
}

/** Draw a run into an element; what is pointed at and asked is the page's, whichever run it is. */
export function networkView(element: HTMLElement, desk: Desk, drawn: Drawn = ownOf(desk)): Dispose {
  const { store, motion, frameAt, travels } = drawn;
  const skeleton = html`
    <canvas class="edges" aria-hidden="true"></canvas>
    <div class="units"></div>
    <canvas class="arrows" aria-hidden="true"></canvas>
  `;
  render(skeleton, element);
  const edges = element.querySelector(".edges") as HTMLCanvasElement;
  const arrows = element.querySelector(".arrows") as HTMLCanvasElement;
  const units = element.querySelector(".units") as HTMLElement;
  const stage = element.closest(".stage");
  let scene: Scene | null = null;
  let laidOut: Net | null = null;
  let before: Focus | null = null;
  /** The room that there is, until something has another size: asking for it has the browser lay out the whole page. */
  let zoom: number = WHOLE;
  let room: { readonly width: number; readonly height: number } | null = null;

  const measure = (net: Net, lines: number) => {
    element.style.width = zoom === WHOLE ? "" : `${100 * zoom}%`;
    const { clientWidth: width, offsetTop: above } = element;
    const bounded = matchMedia(BOUNDED).matches;
    const least = desk.store.state.beside ? LEAST_BESIDE : 0;
    const most = bounded
      ? Math.max(least, (stage?.clientHeight ?? 0) - above)
      : Math.max(LEAST_ROOM, SHARE_OF_WINDOW * innerHeight);
    const whole = heightFor(net, width / zoom, most, lines);
    element.style.minHeight = `${zoom === WHOLE ? whole : zoom * (bounded ? Math.max(whole, most) : whole)}px`;
    return { width, height: element.clientHeight };
  };
  const arrange = (state: State) => {
    const { net } = state;
    if (!net) return;
    const focus = focusOf(net, state);
    const { beside, zoom: wanted } = desk.store.state;
    const given = beside ? WHOLE : wanted;
    if (net !== laidOut || given !== zoom) room = null;
    else if (room && scene && before && staysLaidOut(scene, before, focus)) return;
    zoom = given;
    const lines = headingLines(state);
    room ??= measure(net, lines);
    scene = layOut(net, room.width, room.height, focus, lines);
    scenes.set(element, scene);
    [laidOut, before] = [net, focus];
  };
  const draw = () => {
    const { net, sample, lit, selected, traced } = store.state;
    if (!scene || !net || net !== laidOut) return;
    const pose = poseAt(scene, net, frameAt, motion.position, sample);
    const marked = [selected, lit].map((address) => address && weightOf(net, address));
    paintLines(edges, scene, pose, marked, traced);
    paintArrows(arrows, scene, travels() ? pose : { ...pose, arrows: [] });
    dress(units, pose, traced);
  };
  const write = (state: State) => {
    arrange(state);
    describe(element, state);
    if (scene && state.net && state.frame)
      render(networkTemplate(scene, state.net, state.frame, state, desk.store), units);
    paintMaps(units, state);
    draw();
  };

  const resized = new ResizeObserver(() => {
    room = null;
    write(store.state);
  });
  for (const one of [element, stage]) if (one) resized.observe(one);
  motion.onMove = draw;
  const disposals = [store.watch(write), onTheme(() => write(store.state)), () => resized.disconnect()];
  listen(element, desk);
  return () => {
    for (const dispose of disposals) dispose();
  };
}

function ownOf({ store, session, motion }: Desk): Drawn {
  const frameAt = (t: number) => {
    const { preview, frame } = store.state;
    if (preview) return frame ?? undefined;
    const known = session.moments.known(t);
    const isShown = known && t === store.state.t;
    return isShown ? veiledFrame(known, session.moments.known(t - 1), hiddenIn(store.state)) : known;
  };
  return { store, motion, frameAt, travels: () => true };
}

/** Have units look as the pose says: which layer glows, and which units are on the path that is shown. */
export function dress(units: HTMLElement, pose: Pose, traced: Trace | null): void {
  for (const box of units.querySelectorAll<HTMLElement>("[data-unit]"))
    box.toggleAttribute("data-traced", traced?.units.has(box.dataset["unit"] ?? "") ?? false);
  const { layer, strength } = pose.glow ?? { layer: null, strength: 0 };
  for (const box of units.querySelectorAll<HTMLElement>("[data-layer]")) {
    const glow = layer === box.dataset["layer"] ? strength.toFixed(2) : "0";
    if (box.style.getPropertyValue("--glow") !== glow) box.style.setProperty("--glow", glow);
  }
}

/** Where the learner looks: at the present tick's layer, at the selected number's unit, and along a path. */
export function focusOf(net: Net, { selected, unfolded, frame, traced }: State): Focus {
  return {
    layer: lastTick(net, frame)?.layer ?? null,
    unit: selected && unitOf(net, selected),
    unfolded,
    weigh: (weight) => valueAt(frame ?? undefined, weight) ?? 0,
    traced,
  };
}

/** How many lines stand above a layer: the third says which example of a batch its units show. */
export function headingLines({ net, frame, spec }: State): number {
  return (spec?.batch_size ?? batchOf(net, frame)) === 1 ? 2 : 3;
}

/** Whether a scene is the same with another focus: only folds and what is drawn of a matrix depend on that. */
function staysLaidOut({ groups, matrices }: Scene, before: Focus, { layer, unit, unfolded }: Focus): boolean {
  if (matrices.length || unfolded !== before.unfolded) return false;
  const unitBefore = before.unit;
  const alike = unit?.layer === unitBefore?.layer && unit?.unit === unitBefore?.unit;
  return !groups.length || (layer === before.layer && alike);
}

/** What is shown, for whoever asks the page from outside. */
function describe(element: HTMLElement, { frame, sample, preview }: State): void {
  if (!frame) return;
  element.dataset["t"] = String(frame.t);
  element.dataset["step"] = String(frame.step);
  element.dataset["tick"] = String(frame.tick);
  element.dataset["phase"] = frame.phase ?? "";
  element.dataset["sample"] = String(sample);
  if (preview) element.dataset["preview"] = "true";
  else delete element.dataset["preview"];
}

/** The weight or bias whose line is at a place on the network, where nothing else is. */
export function edgeAt(target: Element, { clientX, clientY }: MouseEvent): Address | null {
  const element = target.closest(".network");
  const scene = element && scenes.get(element);
  if (!scene || target.closest("[data-tensor], [data-lights], .unit, .loss, .fold, .tag")) return null;
  const { left, top, width } = element.getBoundingClientRect();
  const zoom = width / (element as HTMLElement).offsetWidth || 1;
  return nearestEdge(scene, { x: (clientX - left) / zoom, y: (clientY - top) / zoom });
}

/** A click on an edge asks about its weight; arrows move inside a layer, Enter asks. */
function listen(element: HTMLElement, { session }: Desk): void {
  element.addEventListener("click", (event) => {
    const address = edgeAt(event.target as Element, event);
    if (address) void session.select(address);
  });
  element.addEventListener("keydown", (event) => {
    const group = event.target as HTMLElement;
    if (group.getAttribute("role") !== "group") return;
    const across = Number(group.dataset["across"] ?? 1);
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: across, PageUp: -across }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      moveInside(group, by);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const main = group.querySelector<HTMLElement>(`[data-tensor="${group.dataset["main"]}"]`);
      const computed = [...group.querySelectorAll<HTMLElement>("[data-value]")].at(-1);
      (main ?? computed ?? group.querySelector<HTMLElement>("[data-tensor]") ?? group).click();
      document.querySelector<HTMLElement>(".inspector")?.focus();
    } else if (event.key === "Escape") {
      group.blur();
    }
  });
}

function moveInside(group: HTMLElement, by: number): void {
  const own = [...(group.closest(".layer")?.querySelectorAll<HTMLElement>("[role=group]") ?? [])];
  const next = own[(own.indexOf(group) + by + own.length) % own.length];
  for (const one of own) one.tabIndex = one === next ? 0 : -1;
  next?.focus();
}
