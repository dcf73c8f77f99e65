/** The selected number: where it stands, how it came to be, and the code of the step; a tab each. */

import { html, nothing } from "lit";

import { layerOf, LOSS, type Net, unitOf } from "../core/net.ts";
import { type Address, addressText, valueAt } from "../core/numbers.ts";
import type { State } from "../store.ts";
import { codePanel, revealPresent } from "./code.ts";
import { field, stepOf } from "./field.ts";
import { formulaPanel } from "./formula.ts";
import { number } from "./number.ts";
import { unitNumbers } from "./unit.ts";
import { type Desk, type Dispose, view } from "./view.ts";

const TABS = ["Formula", "Code"] as const;

export function inspectorView(element: HTMLElement, desk: Desk): Dispose {
  const { store } = desk;
  element.tabIndex = -1;
  const choose = (tab: State["tab"]) => () => store.set({ tab });
  const move = (event: KeyboardEvent) => {
    if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    const tab = TABS[(TABS.indexOf(store.state.tab) + 1) % TABS.length] ?? "Formula";
    store.set({ tab });
    queueMicrotask(() => element.querySelector<HTMLElement>("[role=tab][aria-selected=true]")?.focus());
  };
  const back = (event: KeyboardEvent) => {
    if (event.key !== "Escape") return;
    const unit = document.querySelector<HTMLElement>(".network [data-unit][aria-current=true]");
    (unit ?? document.querySelector<HTMLElement>(".network [data-unit]"))?.focus();
  };
  element.addEventListener("keydown", back);
  const dispose = view(element, store, (state) => {
    const { net, frame, tab, selected } = state;
    if (!net || !frame) return html``;
    return html`
      ${selected ? heading(net, selected, state) : nothing}
      ${selected ? setting(net, selected, state, desk) : nothing}
      <div class="tabs" role="tablist" aria-label="Inspector" @keydown=${move}>
        ${TABS.map(
          (name) =>
            html`<button
              type="button"
              role="tab"
              id="tab-${name}"
              aria-controls="panel"
              aria-selected=${name === tab ? "true" : "false"}
              tabindex=${name === tab ? 0 : -1}
              @click=${choose(name)}
            >
              ${name}
            </button>`,
        )}
      </div>
      <div class="panel" id="panel" role="region" aria-label=${tab}>
        ${
          tab === "Formula"
            ? html`${formulaPanel(state)}
              ${selected ? unitNumbers(net, frame, selected, state.sample) : nothing}`
            : codePanel(state, store)
        }
      </div>
    `;
  });
  const stop = store.watch(({ tab }) => tab === "Code" && queueMicrotask(() => revealPresent(element)));
  return () => {
    element.removeEventListener("keydown", back);
    dispose();
    stop();
  };
}

function heading(net: Net, selected: Address, { frame }: State) {
  return html`
    <p class="trail">${trail(net, selected)}</p>
    <p class="address">
      <code>${addressText(selected)}</code> ${number(selected, valueAt(frame ?? undefined, selected))}
    </p>
  `;
}

/** The selected number to be typed, where it is one that can be changed. */
function setting(net: Net, address: Address, state: State, { store, changes }: Desk) {
  const value = valueAt(state.frame ?? undefined, address);
  if (value === null || net.info.get(address.tensor)?.role !== "parameter") return nothing;
  const name = addressText(address);
  return html`<p class="setting">
    <span class="muted" aria-hidden="true">set to</span>
    ${field(
      {
        name,
        key: name,
        value,
        step: stepOf(value),
        about: "Sets it at the start of the step, which then runs again up to here",
        address,
        commit: (typed) => void changes.edit(address, typed),
        revert: () => store.set({ wrong: null }),
      },
      state,
    )}
  </p>`;
}

/** From the loss back to the number: the layers that a gradient passes on its way. */
function trail(net: Net, selected: Address): string {
  const info = net.info.get(selected.tensor);
  const place = unitOf(net, selected);
  const layer = place && layerOf(net, place.layer);
  const passed = layer ? net.layers.slice(net.layers.indexOf(layer)).map(({ name }) => name) : [];
  return `${[LOSS, ...passed.toReversed()].join(" › ")} · ${info?.role ?? ""}`;
}
