/** The selected number: where it stands, how one came to it, and the tabs that tell of it, one of them open. */

import { html, nothing, render } from "lit";

import { begunWith, partOf, scaleOf, wantedTargets } from "../core/example.ts";
import { batchOf, dividedBy, inRow, layerOf, LOSS, type Net, unitName, unitOf } from "../core/net.ts";
import { type Address, addressText, fromWire, parseAddress, valueAt } from "../core/numbers.ts";
import { before, type Way } from "../core/way.ts";
import type { State } from "../store.ts";
import * as say from "../strings/inspector.ts";
import { field } from "./field.ts";
import { goBack } from "./going.ts";
import { number } from "./number.ts";
import { Panels } from "./tabs/panels.ts";
import { TAB_NAMES } from "./tabs/list.ts";
import type { Desk, Dispose } from "./view.ts";

/** Of more layers on the way from the loss only the ends are named. */
const MOST_PASSED = 5;

export function inspectorView(element: HTMLElement, desk: Desk): Dispose {
  const { store, inquiry } = desk;
  element.tabIndex = -1;
  const panels = new Panels(desk, () => draw());
  const draw = () => {
    const { state } = store;
    const { net, frame, selected } = state;
    if (!net || !frame) return;
    const template = html`
      ${selected ? heading(net, selected, state) : nothing}
      ${selected ? setting(net, selected, state, desk) : nothing} ${tabs(state, desk, element)}
      <div class="panel" id="panel" role="region" aria-label=${say.TABS[state.tab]} data-tab=${state.tab}>${panels.draw(state)}</div>
    `;
    render(template, element);
    panels.drawn(element.querySelector(".panel") as HTMLElement, state);
  };
  const back = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLInputElement && event.target.type !== "radio";
    if (typing || !(event.key === "Escape" || event.key === "Backspace")) return;
    if (!goBack(desk)) {
      if (event.key !== "Escape") return;
      toNetwork();
    }
    event.preventDefault();
  };
  const toNetwork = () => {
    const { net, selected } = desk.store.state;
    const of = net && selected && unitOf(net, selected);
    const unit = of && document.querySelector<HTMLElement>(`.network [data-unit="${of.layer}.${of.unit}"]`);
    (unit ?? document.querySelector<HTMLElement>(".network [data-unit]"))?.focus();
  };
  element.addEventListener("keydown", back);
  inquiry.onAnswer = draw;
  const stop = store.watch(draw);
  return () => {
    element.removeEventListener("keydown", back);
    stop();
    panels.left();
  };
}

/** The row of tabs: the arrow keys choose the next one, and its panel is below. */
function tabs({ tab: chosen }: State, { store }: Desk, element: HTMLElement) {
  const move = (event: KeyboardEvent) => {
    const at = TAB_NAMES.indexOf(chosen);
    const last = TAB_NAMES.length - 1;
    const to = { ArrowLeft: at + last, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    const tab = to === undefined ? undefined : TAB_NAMES[to % TAB_NAMES.length];
    if (!tab) return;
    event.preventDefault();
    store.set({ tab });
    queueMicrotask(() => element.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus());
  };
  return html`<div class="tabs" role="tablist" aria-label=${say.title} @keydown=${move}>
    ${TAB_NAMES.map(
      (name) =>
        html`<button
          type="button"
          role="tab"
          id="tab-${name}"
          aria-controls="panel"
          aria-selected=${name === chosen ? "true" : "false"}
          tabindex=${name === chosen ? 0 : -1}
          @click=${() => store.set({ tab: name })}
        >
          ${say.TABS[name]}
        </button>`,
    )}
  </div>`;
}

function heading(net: Net, selected: Address, { frame, way, spec }: State) {
  const passed = before(way, selected);
  const isGradient = frame && net.info.get(selected.tensor)?.gradient_of;
  const divided = isGradient ? dividedBy(spec, batchOf(net, frame)) : "";
  const name = unitName(net, selected);
  return html`
    ${passed.length ? wayBack(passed) : nothing}
    <p class="trail">${trail(net, selected)}</p>
    <p class="address">
      <code>${addressText(selected)}</code> ${number(selected, valueAt(frame ?? undefined, selected))}
      ${divided && html`<span class="muted">${divided}</span>`}
      ${name === null ? nothing : html`<span class="muted">${name}</span>`}
    </p>
  `;
}

/** The numbers that one came by, each a way back to it. */
function wayBack(passed: Way) {
  return html`<nav class="way" aria-label=${say.wayBack}>
    <ol data-doors>
      ${passed.map(
        (address) =>
          html`<li>
            <button type="button" data-asks=${addressText(address)}><code>${addressText(address)}</code></button>
          </li>`,
      )}
    </ol>
    <span class="way-key">${say.back}</span>
  </nav>`;
}

/** The selected number to be typed, where it is one that can be changed. */
function setting(net: Net, selected: Address, state: State, desk: Desk) {
  const { frame, preview, explained, catalog, spec } = state;
  const part = partOf(net, selected.tensor);
  if (!frame || part === null) return nothing;
  // While it is typed it is called as it was when that began: of an own example it will be the first row's.
  const address = preview?.typed && preview.address ? parseAddress(preview.key) : selected;
  const moved = explained?.update && fromWire(explained.update.value.before);
  const value = begunWith(net, frame, selected, moved);
  if (value === null) return nothing;
  const name = addressText(address);
  const began = !preview && value !== valueAt(frame, selected);
  const about = part === "parameter" ? say.aboutParameter : say.aboutExample;
  return html`<p class="setting">
    <span class="muted" aria-hidden="true">${began ? say.beganWith : say.setTo}</span>
    ${field(
      {
        name,
        key: name,
        slot: `${selected.tensor} ${inRow(net, selected, 0).index.join(",")}`,
        value,
        scale: scaleOf(net, preview?.real.frame ?? frame, address, wantedTargets(catalog, spec)),
        about,
        handle: { address },
        address: selected,
      },
      state,
      desk,
    )}
  </p>`;
}

/** From the loss back to the number: the layers that a gradient passes on its way. */
function trail(net: Net, selected: Address): string {
  const info = net.info.get(selected.tensor);
  const place = unitOf(net, selected);
  const layer = place && layerOf(net, place.layer);
  const passed = layer ? net.layers.slice(net.layers.indexOf(layer)).map(({ name }) => name) : [];
  const names = [LOSS, ...passed.toReversed()];
  if (names.length > MOST_PASSED) names.splice(2, names.length - 3, "…");
  return `${names.join(" › ")} · ${info?.role ?? ""}`;
}
