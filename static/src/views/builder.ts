/**
 * The builder: the data, the network and its training, each control of which changes the spec; and what was built
 * before. It comes after the first frame.
 */

import { html, nothing, render } from "lit";

import { draftOf } from "../building.ts";
import { inputsOf } from "../core/net.ts";
import type { Cloud } from "../core/scatter.ts";
import type { State } from "../store.ts";
import * as say from "../strings/builder.ts";
import "../../css/builder.css";
import { datasetPart } from "./dataset.ts";
import { layersPart } from "./layers.ts";
import { methodPart } from "./method.ts";
import { Dots } from "./scatter.ts";
import { shelfPart } from "./shelf.ts";
import { takeDrops } from "./table.ts";
import { handOn } from "./focus.ts";
import { onTheme } from "./theme.ts";
import type { Desk, Dispose } from "./view.ts";

export function builderView(dataset: HTMLElement, network: HTMLElement, desk: Desk): Dispose {
  const { store } = desk;
  const dots = new Dots();
  /** The picture of the rows. Until those of another session come, those that were there: mostly they are the same. */
  let cloud: Cloud | null = null;
  const paint = () => {
    if (cloud) dots.paint(dataset, cloud);
  };
  let drawn: readonly unknown[] = [];
  const draw = (state: State) => {
    const { catalog, net, frame, sample, head, preview, wrong, committing, earlier, building, rows } = state;
    const touched = [preview, wrong, committing];
    const now = [catalog, state.spec, net, frame, sample, head, ...touched, earlier, building, rows];
    if (now.every((one, i) => one === drawn[i])) return;
    drawn = now;
    const spec = draftOf(state);
    if (!spec || !catalog) return;
    if (rows || !net || cloud?.inputs !== inputsOf(net)) cloud = rows?.cloud ?? null;
    if (!building.draws)
      handOn(dataset.querySelector(".drawing"), () => dataset.querySelector<HTMLElement>(".ways > button"));
    render(datasetPart(spec, catalog, cloud, state, desk), dataset);
    render(
      html`<div class="chapter">${layersPart(spec, catalog, state, desk)} ${unbuilt(desk)}</div>
        <div class="chapter">${methodPart(spec, catalog, state, desk)}</div>
        <div class="chapter">${shelfPart(state, desk)}</div>`,
      network,
    );
    paint();
  };
  const repaint = () => {
    dots.forget();
    paint();
  };
  const resized = new ResizeObserver(repaint);
  resized.observe(dataset);
  const region = dataset.parentElement ?? dataset;
  const disposals = [
    store.watch(draw),
    onTheme(repaint),
    takeDrops(region, desk),
    () => resized.disconnect(),
  ];
  return () => {
    for (const dispose of disposals) dispose();
  };
}

/** What was refused is not the session that is shown: it can be set right, or taken back. */
function unbuilt({ store, builder }: Desk) {
  return store.state.building.refused
    ? html`<p class="unbuilt">
        <span>${say.notBuilt}</span>
        <button type="button" class="plain" @click=${() => builder.takeBack()}>${say.takeBack}</button>
      </p>`
    : nothing;
}
