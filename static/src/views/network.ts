/**
 * The network: units as elements, with their numbers as buttons, over edges on a canvas. What is where comes from
 * the scene, what is lit from the pose; this file only writes them down.
 */

import { html, nothing, render } from "lit";
import { styleMap } from "lit/directives/style-map.js";

import type { Frame } from "../api/types.ts";
import { dividedBy, gradientOf, INPUT, type Net } from "../core/net.ts";
import { type Address, element as elementOf, sameAddress, short, sign, valueAt } from "../core/numbers.ts";
import { poseAt } from "../core/pose.ts";
import {
  along,
  type Column,
  heightFor,
  layOut,
  linesBelow,
  nearestEdge,
  type Scene,
  type Unit,
} from "../core/scene.ts";
import type { Motion } from "../motion.ts";
import type { Session } from "../session.ts";
import type { State, Store } from "../store.ts";
import { paintArrows, paintLines } from "./edges.ts";
import { letter, type Manner, number } from "./number.ts";
import { onTheme } from "./theme.ts";
import type { Dispose } from "./view.ts";

export function networkView(element: HTMLElement, store: Store, session: Session, motion: Motion): Dispose {
  const skeleton = html`
    <canvas class="edges" aria-hidden="true"></canvas>
    <div class="units"></div>
    <canvas class="arrows" aria-hidden="true"></canvas>
  `;
  render(skeleton, element);
  const edges = element.querySelector(".edges") as HTMLCanvasElement;
  const arrows = element.querySelector(".arrows") as HTMLCanvasElement;
  const units = element.querySelector(".units") as HTMLElement;
  let scene: Scene | null = null;
  let laidOut: Net | null = null;

  const arrange = () => {
    const { net } = store.state;
    if (!net) return;
    element.style.minHeight = `${heightFor(net)}px`;
    scene = layOut(net, element.clientWidth, element.clientHeight);
    laidOut = net;
  };
  const draw = () => {
    const { net, sample, lit, selected } = store.state;
    if (!scene || !net || net !== laidOut) return;
    const pose = poseAt(scene, net, (t) => session.tape.get(t), motion.position, sample);
    paintLines(edges, scene, pose, [selected, lit]);
    paintArrows(arrows, scene, pose);
    const { layer, strength } = pose.glow ?? { layer: null, strength: 0 };
    for (const box of units.querySelectorAll<HTMLElement>("[data-glow]"))
      box.style.setProperty("--glow", layer === box.dataset["glow"] ? strength.toFixed(2) : "0");
  };
  const write = (state: State) => {
    if (state.net !== laidOut) arrange();
    describe(element, state);
    if (scene && state.net && state.frame) render(template(scene, state.net, state.frame, state), units);
    draw();
  };

  const resized = new ResizeObserver(() => {
    arrange();
    write(store.state);
  });
  resized.observe(element);
  motion.onMove = draw;
  const disposals = [store.watch(write), onTheme(draw), () => resized.disconnect()];
  listen(element, () => scene, store, session);
  return () => {
    for (const dispose of disposals) dispose();
  };
}

/** What is shown, for whoever asks the page from outside. */
function describe(element: HTMLElement, { frame, sample }: State): void {
  if (!frame) return;
  element.dataset["t"] = String(frame.t);
  element.dataset["step"] = String(frame.step);
  element.dataset["tick"] = String(frame.tick);
  element.dataset["phase"] = frame.phase ?? "";
  element.dataset["sample"] = String(sample);
}

function template(scene: Scene, net: Net, frame: Frame, state: State) {
  return html`
    ${scene.columns.map((column) => layer(scene, net, frame, column, state))}
    ${lossNode(scene, net, frame, state)} ${labels(scene, frame)} ${tag(scene, net, frame, state)}
    ${legend()}
  `;
}

function layer(scene: Scene, net: Net, frame: Frame, column: Column, state: State) {
  const { layer, x, top, hidden } = column;
  const own = scene.units.filter((unit) => unit.layer === layer.name);
  const batch = batchOf(net, frame);
  const below = layer.name === INPUT ? "x" : layer.activation;
  return html`<div class="layer" data-layer=${layer.name}>
    <p class="layer-name" style=${styleMap(at(x, top - 8))}>
      <b>${layer.name}</b><span>${below}</span>
      ${batch > 1 ? html`<span>example ${state.sample} of ${batch}</span>` : nothing}
    </p>
    ${own.map((unit, i) => unitBox(scene, net, frame, unit, state, i === 0))}
    ${
      hidden > 0
        ? html`<p class="layer-rest" style=${styleMap(at(x, column.bottom))}>and ${hidden} more units</p>`
        : nothing
    }
  </div>`;
}

function unitBox(
  scene: Scene,
  net: Net,
  frame: Frame,
  unit: Unit,
  { sample, selected, spec }: State,
  first: boolean,
) {
  const made = net.layers.find((layer) => layer.name === unit.layer);
  if (!made) return nothing;
  const place = { index: [sample, unit.unit] };
  const value = (name: string | null) => (name === null ? null : elementOf(frame.tensors[name], place.index));
  const [out, arriving, passed] = [value(made.out), gradientOf(net, made.out), gradientOf(net, made.inner)];
  const working = value(arriving) !== null ? arriving : value(made.inner) !== null ? made.inner : null;
  const inside = made.inner === null ? made.out : working;
  const outcome = linesBelow(net, made) > 2 ? net.outcome : null;
  const state =
    value(arriving) !== null ? "reached" : out !== null && made.inner !== null ? "computed" : "waiting";
  const isSelected = selected && [made.out, made.inner, arriving, passed].includes(selected.tensor);
  const current = isSelected && selected?.index[1] === unit.unit && selected.index[0] === sample;
  const box = {
    left: `${unit.x - scene.box.width / 2}px`,
    top: `${unit.y - scene.box.height / 2}px`,
    width: `${scene.box.width}px`,
    "--box": `${scene.box.height}px`,
    "--tint": `${Math.min(1, Math.abs(out ?? 0)) * 45}%`,
  };
  return html`<div
    class="unit ${made.inner === null ? "given" : state} ${sign(out ?? 0)}"
    role="group"
    tabindex=${first ? 0 : -1}
    data-unit="${unit.layer}.${unit.unit}"
    aria-label=${spoken(unit, made.inner === null ? { x: out } : { a: out, dz: value(passed) })}
    aria-current=${current ? "true" : nothing}
    style=${styleMap(box)}
  >
    <div class="box" data-glow=${unit.layer}>
      ${inside === null ? nothing : number({ tensor: inside, ...place }, value(inside), on(letterOf(inside)))}
    </div>
    ${
      made.inner === null
        ? nothing
        : html`<div class="below">
            ${number({ tensor: made.out, ...place }, out, on(letter(made.out)))}
            ${outcome ? number({ tensor: outcome, ...place }, value(outcome), on(letter(outcome))) : nothing}
            ${passed ? number({ tensor: passed, ...place }, value(passed), on(letter(passed) + dividedBy(spec, batchOf(net, frame)))) : nothing}
          </div>`
    }
  </div>`;
}

function batchOf(net: Net, frame: Frame): number {
  return frame.tensors[net.target]?.shape[0] ?? 1;
}

/** Numbers on the network are no stops of the Tab key: their unit is. */
function on(label = ""): Manner {
  return { label, focusable: false };
}

function letterOf(tensor: string): string {
  return tensor.startsWith(`${INPUT}.`) ? "" : letter(tensor);
}

function spoken({ layer, unit }: Unit, values: Record<string, number | null>): string {
  const said = Object.entries(values).map(
    ([name, value]) => `${name} ${value === null ? "not computed yet" : short(value)}`,
  );
  return `${layer} unit ${unit}: ${said.join(", ")}`;
}

function lossNode(scene: Scene, net: Net, frame: Frame, { sample }: State) {
  const { x, y, radius } = scene.loss;
  const batch = batchOf(net, frame);
  const total = { tensor: net.loss, index: [] };
  const own = { tensor: net.terms, index: [sample] };
  const targets = scene.lossEdges.map(({ unit }) => ({ tensor: net.target, index: [sample, unit] }));
  const shown = batch > 1 ? own : total;
  const value = valueAt(frame, shown);
  const style = { ...at(x, y), "--radius": `${radius}px` };
  return html`<div class="layer" data-layer="loss">
    <div
      class="loss ${value === null ? "waiting" : "computed"}"
      role="group"
      tabindex="0"
      aria-label="loss: ${value === null ? "not computed yet" : short(value)}"
      style=${styleMap(style)}
    >
      <div class="circle" data-glow="loss">
        <span class="letter">loss</span>${number(shown, value, on())}
      </div>
      <div class="below">
        <span class="line"
          ><span class="letter">target</span>${targets.map((target) =>
            number(target, valueAt(frame, target), on()),
          )}</span
        >
        ${
          batch > 1
            ? html`<span class="line"
                >${number(total, valueAt(frame, total), on(`batch of ${batch}`))}</span
              >`
            : html`<span class="line letter">batch of 1</span>`
        }
      </div>
    </div>
  </div>`;
}

/** The weights, written on their edges where there is room. */
function labels(scene: Scene, frame: Frame) {
  return scene.edges.map(({ weight, label }) =>
    label
      ? html`<div class="weight" style=${styleMap(at(label.x, label.y))}>
          ${number(weight, valueAt(frame, weight), on())}
        </div>`
      : nothing,
  );
}

/** A lit or selected weight says its value, its gradient and its update at its edge. */
function tag(scene: Scene, net: Net, frame: Frame, { lit, selected, spec }: State) {
  const ends = [lit, selected].map((address) => address && { address, edge: edgeOf(scene, net, address) });
  const found = ends.find((end) => end?.edge);
  if (!found?.edge || scene.narrow) return nothing;
  const { weight, curve, label } = found.edge;
  const { x, y } = label ?? along(curve, 0.5);
  const numbers = related(net, weight.tensor).map((tensor) => ({ tensor, index: weight.index }));
  const batch = batchOf(net, frame);
  const mark = (tensor: string) => (tensor === gradientOf(net, weight.tensor) ? dividedBy(spec, batch) : "");
  return html`<div class="tag" style=${styleMap(at(x, y - 16))}>
    ${numbers.map((address) =>
      number(address, valueAt(frame, address), on(letter(address.tensor) + mark(address.tensor))),
    )}
    ${batch > 1 ? html`<span class="letter">batch of ${batch}</span>` : nothing}
  </div>`;
}

/** A parameter, its gradient and its update, as far as the network has them. */
function related(net: Net, parameter: string): string[] {
  const update = net.schedule.find((tick) => tick.phase === "update" && tick.writes.includes(parameter))
    ?.writes[0];
  return [parameter, gradientOf(net, parameter), update].filter(
    (name): name is string => typeof name === "string",
  );
}

function edgeOf(scene: Scene, net: Net, address: Address) {
  const is = (weight: Address) =>
    related(net, weight.tensor).some((tensor) => sameAddress({ tensor, index: weight.index }, address));
  const edge = scene.edges.find(({ weight }) => is(weight));
  if (edge) return edge;
  const bias = scene.biases.find((one) => is(one.bias));
  return bias ? { weight: bias.bias, curve: bias.curve, label: null } : null;
}

function legend() {
  return html`<p class="legend" aria-hidden="true">
    <span><i class="key positive"></i>positive</span><span><i class="key negative"></i>negative</span>
    <span><i class="key band"></i>gradient of the weight</span
    ><span><i class="key arrow">➤</i>what travels now</span>
    <span><i class="key one">1</i>bias</span>
    <span>– not computed yet</span>
  </p>`;
}

function at(x: number, y: number): Record<string, string> {
  return { left: `${x}px`, top: `${y}px` };
}

/** Pointing at an edge lights its weight, a click asks about it; arrows move inside a layer, Enter asks. */
function listen(element: HTMLElement, scene: () => Scene | null, store: Store, session: Session): void {
  const under = (event: MouseEvent): Address | null => {
    const now = scene();
    if (!now || (event.target as Element).closest("[data-tensor], .unit, .loss")) return null;
    const { left, top } = element.getBoundingClientRect();
    return nearestEdge(now, { x: event.clientX - left, y: event.clientY - top });
  };
  element.addEventListener("pointermove", (event) => {
    if ((event.target as Element).closest("[data-tensor]")) return;
    const address = under(event);
    element.classList.toggle("pointing", address !== null);
    if (!sameAddress(address, store.state.lit) && (address || store.state.lit)) store.set({ lit: address });
  });
  element.addEventListener("click", (event) => {
    const address = under(event);
    if (address) void session.select(address);
  });
  element.addEventListener("keydown", (event) => {
    const group = event.target as HTMLElement;
    if (group.getAttribute("role") !== "group") return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      moveInside(group, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const numbers = [...group.querySelectorAll<HTMLElement>("[data-value]")];
      (numbers.at(-1) ?? group.querySelector<HTMLElement>("[data-tensor]"))?.click();
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
