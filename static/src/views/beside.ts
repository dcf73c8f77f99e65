/** The run that is held beside the page's, next to the network: its own numbers, or what this one has more than it. */

import { html, nothing, render } from "lit";

import type { Held } from "../core/beside.ts";
import * as say from "../strings/beside.ts";
import { choice } from "./charts/parts.ts";
import { networkView } from "./network.ts";
import type { Desk, Dispose } from "./view.ts";

export function besideView(element: HTMLElement, desk: Desk): Dispose {
  const { store, beside } = desk;
  let unmount: Dispose | null = null;
  const draw = () => {
    const { beside: held } = store.state;
    render(held ? template(held, desk) : nothing, element);
    const host = element.querySelector<HTMLElement>("[data-run]");
    if (host && !unmount)
      unmount = networkView(host, desk, {
        store: beside.shown,
        motion: beside.motion,
        frameAt: beside.frameAt,
        travels: () => store.state.beside?.manner !== "difference",
      });
    if (host || !unmount) return;
    unmount();
    unmount = null;
  };
  const disposals = [store.watch(draw), beside.shown.watch(draw)];
  return () => {
    for (const dispose of [...disposals, unmount]) dispose?.();
  };
}

function template({ manner }: Held, { beside }: Desk) {
  const { notice } = beside.shown.state;
  return html`<p class="run-name"><b>${say.thisRun}</b></p>
    <div class="run-name other">
      <b>${say.NAMES[manner]}</b>
      ${choice(say.show, Object.entries(say.MANNERS), manner, (chosen) => beside.as(chosen as Held["manner"]))}
    </div>
    <div class="other-run">
      ${notice ? html`<p class="run-notice" role="note">${notice.text}</p>` : nothing}
      <section
        class="network"
        role="region"
        aria-label=${say.otherNetwork}
        data-run="other"
        data-session=${beside.id}
        data-manner=${manner}
        ?hidden=${!beside.inStep && notice !== null}
      ></section>
    </div>`;
}
