/** The page's parts and where they stand; each part is a view in a file of its own. */

import { html, render } from "lit";

import * as say from "../strings/page.ts";
import { arrived } from "./arriving.ts";
import { chartsView } from "./charts/strip.ts";
import { aboutView, dataView } from "./data.ts";
import { dragNumbers } from "./dragging.ts";
import { headerView } from "./header.ts";
import { inspectorView } from "./inspector.ts";
import { keyboard } from "./keyboard.ts";
import { learningView } from "./learning.ts";
import { linkNumbers } from "./linking.ts";
import { boundaryView } from "./maps.ts";
import { networkView } from "./network.ts";
import { noticeView } from "./notice.ts";
import { presentingView } from "./presenting.ts";
import { sentenceView } from "./sentence.ts";
import { timelineView } from "./timeline.ts";
import { transportView, waitingView } from "./transport.ts";
import { printingView } from "./printing.ts";
import { spelling } from "./spelling.ts";
import type { State } from "../store.ts";
import type { Desk, Dispose } from "./view.ts";
import { zoomView } from "./zoom.ts";

export function mount(root: HTMLElement, desk: Desk): Dispose {
  const skeleton = html`
    <header class="header"></header>
    <div class="notice"></div>
    <main class="main">
      <section class="sentence" aria-label=${say.sentence}></section>
      <div class="stage">
        <div class="zoom" role="group" aria-label=${say.zoom}></div>
        <section class="network" role="region" aria-label=${say.network}></section>
        <div class="beside"></div>
      </div>
      <section class="transport" role="region" aria-label=${say.timeline}>
        <div class="controls"></div>
        <div class="timeline"></div>
      </section>
      <aside class="inspector" role="region" aria-label=${say.inspector}></aside>
      <div class="left">
        <aside class="learning" hidden></aside>
        <section class="data" role="region" aria-label=${say.data}>
          <div class="purpose"></div>
          <div class="dataset"></div>
          <div class="rows"></div>
          <div class="builder"></div>
        </section>
      </div>
      <section class="charts" aria-label=${say.charts}></section>
    </main>
  `;
  root.replaceChildren(); // the opening face that came with the document
  render(skeleton, root);
  const part = (name: string) => root.querySelector(`.${name}`) as HTMLElement;
  const disposals = [
    headerView(part("header"), desk),
    noticeView(part("notice"), desk),
    sentenceView(part("sentence"), desk),
    transportView(part("controls"), desk),
    waitingView(part("transport"), desk),
    timelineView(part("timeline"), desk),
    inspectorView(part("inspector"), desk),
    aboutView(part("purpose"), desk),
    dataView(part("rows"), desk),
    chartsView(part("charts"), desk),
    // The network takes the room that is left, and zooming follows what it takes.
    networkView(part("network"), desk),
    zoomView(part("zoom"), desk),
    once(
      desk,
      ({ beside }) => beside !== null,
      async () => {
        const loaded = await arrived(desk.store, import("./beside.ts"));
        return loaded?.besideView(part("beside"), desk);
      },
    ),
    once(
      desk,
      ({ frame }) => frame !== null,
      async () => {
        await desk.clock.wait(0); // until the page is ready: it is no part of the first frame
        const loaded = await arrived(desk.store, import("./builder.ts"));
        return loaded?.builderView(part("dataset"), part("builder"), desk);
      },
    ),
    learningView(part("learning"), desk),
    boundaryView(root, desk),
    linkNumbers(root, desk),
    dragNumbers(root, desk),
    keyboard(desk),
    spelling(),
    presentingView(root, desk),
    printingView(root),
  ];
  return () => {
    for (const dispose of disposals) dispose();
  };
}

/** Have a part of the page come once something holds, as that the first frame is there. */
function once(
  { store }: Desk,
  holds: (state: State) => boolean,
  mountPart: () => Promise<Dispose | undefined>,
): Dispose {
  let [asked, disposed] = [false, false];
  let dispose: Dispose = () => undefined;
  const stop = store.watch((state) => {
    if (asked || !holds(state)) return;
    asked = true;
    void mountPart().then((made = () => undefined) => (disposed ? made() : (dispose = made)));
  });
  return () => {
    disposed = true;
    stop();
    dispose();
  };
}
