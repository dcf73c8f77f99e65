/** What the example is there for, and the batch that the present step takes. */

import { html } from "lit";

import * as say from "../strings/data.ts";
import { batchRows } from "./batch.ts";
import { handOn } from "./focus.ts";
import { type Desk, type Dispose, view } from "./view.ts";

export function aboutView(container: HTMLElement, { store }: Desk): Dispose {
  return view(container, store, ({ catalog, preset }) => {
    const note = catalog?.presets.find(({ name }) => name === preset)?.text;
    return note
      ? html`<details class="about" open><summary>${say.about}</summary><p>${note}</p></details>`
      : html``;
  });
}

export function dataView(container: HTMLElement, desk: Desk): Dispose {
  return view(container, desk.store, (state) => {
    const { net, frame, own } = state;
    if (!own)
      handOn(container.querySelector(".own-example + button"), () => container.querySelector("button"));
    return net && frame ? html`<h2>${say.batch}</h2> ${batchRows(net, frame, state, desk)}` : html``;
  });
}
