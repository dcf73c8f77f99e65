/**
 * Where pictures of the network are made: the network and its sentence, laid out beside the page as large as they are
 * on it, in a theme of its own. A moment is put on, and then drawn with any pen.
 */

import { html, render } from "lit";

import { layOut, type Scene } from "../../core/scene.ts";
import { type Pose, poseAt } from "../../core/pose.ts";
import type { State } from "../../store.ts";
import { drawArrows, drawLines } from "../edges.ts";
import { paintMaps } from "../maps.ts";
import { networkTemplate } from "../diagram.ts";
import { dress, focusOf, headingLines } from "../network.ts";
import { palette } from "../palette.ts";
import { sentenceTemplate } from "../sentence.ts";
import { weightOf } from "../tag.ts";
import type { Desk } from "../view.ts";
import { drawElements } from "./elements.ts";
import { type Pen, SvgPen } from "./pen.ts";

export type Theme = "light" | "dark";

/** What is to be seen: the state of the page at a moment, and the frame of the moment before it. */
export interface Moment {
  readonly state: State;
  readonly before: State["frame"];
}

/** What stands above all that travels. */
const ABOVE = ".tag";

export class Stage {
  readonly #host: HTMLElement;
  readonly #desk: Desk;
  readonly #dark: boolean;
  #shown: { scene: Scene; pose: Pose; state: State } | null = null;

  constructor(desk: Desk, theme: Theme) {
    this.#desk = desk;
    this.#dark = theme === "dark";
    this.#host = document.createElement("div");
    this.#host.className = "darkroom";
    this.#host.inert = true;
    this.#host.ariaHidden = "true";
    this.#host.dataset["theme"] = theme;
    const network = document.querySelector<HTMLElement>(".stage .network");
    this.#host.style.width = `${network?.clientWidth}px`;
    this.#host.style.setProperty("--high", `${network?.clientHeight}px`);
    render(
      html`<div class="network"><div class="units"></div></div>
        <div class="sentence"></div>`,
      this.#host,
    );
    document.body.append(this.#host);
  }

  close(): void {
    this.#host.remove();
  }

  /** Have a moment on the stage, at `position` between the tick before it and its own. */
  put({ state, before }: Moment, position: number): void {
    const { net, frame } = state;
    const { store } = this.#desk;
    const [network, units] = [this.#part(".network"), this.#part(".units")];
    if (!net || !frame) return;
    const scene = layOut(
      net,
      network.clientWidth,
      network.clientHeight,
      focusOf(net, state),
      headingLines(state),
    );
    const frames = (t: number) =>
      t === frame.t ? frame : t === frame.t - 1 ? (before ?? undefined) : undefined;
    const pose = poseAt(scene, net, frames, position, state.sample);
    render(networkTemplate(scene, net, frame, state, store), units);
    render(sentenceTemplate(state), this.#part(".sentence"));
    paintMaps(units, state, this.#dark);
    dress(units, pose, state.traced);
    this.#shown = { scene, pose, state };
  }

  get size(): { width: number; height: number } {
    return { width: this.#host.clientWidth, height: this.#host.clientHeight };
  }

  draw(pen: Pen): void {
    if (!this.#shown) return;
    const { scene, pose, state } = this.#shown;
    const colours = palette(this.#dark);
    const { width, height } = this.size;
    const marked = [state.selected].map((address) => address && state.net && weightOf(state.net, address));
    pen.fillStyle = colours.paper;
    pen.fillRect(0, 0, width, height);
    drawLines(pen, scene, pose, marked, state.traced, colours);
    drawElements(pen, this.#host, this.#host.childNodes, ABOVE);
    drawArrows(pen, pose, colours);
    drawElements(pen, this.#host, this.#host.querySelectorAll(ABOVE));
  }

  svg(width: number, title: string): string {
    const pen = new SvgPen();
    this.draw(pen);
    return pen.text(this.size.width, this.size.height, width, title);
  }

  /** What is on the stage as pixels, `width` of them side by side. */
  pixels(width: number): HTMLCanvasElement {
    const scale = width / this.size.width;
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [width, Math.round(this.size.height * scale)];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context?.scale(scale, scale);
    if (context) this.draw(context);
    return canvas;
  }

  #part(selector: string): HTMLElement {
    return this.#host.querySelector(selector) as HTMLElement;
  }
}
