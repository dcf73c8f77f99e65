/** The dialog that saves the network as a picture, or a range of ticks as a GIF. */

import { html, nothing, render } from "lit";

import * as common from "../../strings/common.ts";
import * as say from "../../strings/dialog.ts";
import { save } from "../files.ts";
import { isDark } from "../theme.ts";
import type { Desk } from "../view.ts";
import { type Film, filmed } from "./film.ts";
import { Stage, type Theme } from "./stage.ts";

type Format = keyof typeof say.FORMATS;

const NARROWEST = 200;
const WIDEST: Record<Format, number> = { svg: 8000, png: 8000, gif: 2000 };
const WIDTHS: Record<Format, number> = { svg: 1200, png: 1600, gif: 800 };
/** A film is made in the browser's memory. */
const MOST_PICTURES = 600;

export function openPictures(desk: Desk): void {
  const { store } = desk;
  const { head, t, net, frame } = store.state;
  if (!head || !net || !frame) return;
  const dialog = document.createElement("dialog");
  dialog.classList.add("help", "pictures");
  dialog.setAttribute("aria-label", say.title);
  dialog.addEventListener("close", () => dialog.remove());
  const chosen = { format: "svg" as Format, theme: (isDark() ? "dark" : "light") as Theme, wrong: "" };
  const begun = Math.floor(Math.max(0, t - 1) / net.schedule.length) * net.schedule.length;
  const range = {
    from: Math.min(begun + 1, head.t),
    to: Math.max(t, Math.min(begun + net.schedule.length, head.t)),
  };
  const change = (to: Partial<typeof chosen>) => draw(Object.assign(chosen, { wrong: "" }, to));
  const draw = ({ format, theme, wrong }: typeof chosen) =>
    render(
      html`<form method="dialog" @submit=${submit}>
        <h2>${say.title}</h2>
        ${choice(say.format, say.FORMATS, format, (next) => change({ format: next }))}
        ${choice(say.theme, say.THEMES, theme, (next) => change({ theme: next }))}
        ${number(say.width, "width", WIDTHS[format], NARROWEST, WIDEST[format])}
        ${
          format === "gif"
            ? html`${number(say.fromTick, "from", range.from, 0, head.t)} ${number(say.toTick, "to", range.to, 0, head.t)}
              ${number(say.secondsATick, "seconds", 1, 0.1, 10, 0.1)}
              ${number(say.picturesATick, "pictures", 4, 1, 20)}`
            : nothing
        }
        <p class="muted">
          ${format === "gif" ? say.hasRunTo(head.t) : say.networkAt(t)}
        </p>
        ${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : nothing}
        <div class="acts">
          <button class="plain primary" value="save">${say.save}</button>
          <button type="button" class="plain" @click=${() => dialog.close()}>${common.cancel}</button>
        </div>
      </form>`,
      dialog,
    );
  const submit = (event: Event) => {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const value = (name: string) => Number(given.get(name));
    const { format, theme } = chosen;
    if (format !== "gif") {
      dialog.close();
      still(desk, format, theme, value("width"));
      return;
    }
    const [from, to, pictures] = [value("from"), value("to"), value("pictures")];
    const wrong = wrongWith(from, to, pictures);
    if (wrong) return change({ wrong });
    dialog.close();
    void film(desk, { from, to, pictures, theme, width: value("width"), seconds: value("seconds") });
  };
  draw(chosen);
  document.body.append(dialog);
  dialog.showModal();
}

function wrongWith(from: number, to: number, pictures: number): string {
  if (to < from) return say.lastBeforeFirst(from, to);
  const all = (to - from + 1) * pictures;
  return all > MOST_PICTURES ? say.tooMany(all, MOST_PICTURES) : "";
}

function choice<Name extends string>(
  label: string,
  options: Readonly<Record<Name, string>>,
  chosen: Name,
  choose: (name: Name) => void,
) {
  return html`<fieldset class="choices">
    <legend>${label}</legend>
    ${(Object.keys(options) as Name[]).map(
      (name) =>
        html`<label
          ><input type="radio" name=${label} value=${name} .checked=${name === chosen} @change=${() => choose(name)} />
          ${options[name]}</label
        >`,
    )}
  </fieldset>`;
}

function number(label: string, name: string, value: number, least: number, most: number, step = 1) {
  return html`<div class="entry">
    <label
      ><span>${label}</span
      ><input type="number" class="field digits" name=${name} aria-label=${label} inputmode=${step === 1 ? "numeric" : "decimal"} min=${least} max=${most} step=${step} .value=${String(value)} required
    /></label>
  </div>`;
}

/** The moment that the page shows, preview and all. */
function still(desk: Desk, format: "svg" | "png", theme: Theme, width: number): void {
  const { session, store } = desk;
  const { state } = store;
  const before = state.preview ? state.frame : (session.moments.known(state.t - 1) ?? null);
  const stage = new Stage(desk, theme);
  stage.put({ state: { ...state, lit: null }, before }, state.t);
  const name = `backscope-t${state.t}.${format}`;
  if (format === "svg") {
    const text = stage.svg(width, say.titleAt(state.spec?.name ?? say.network, state.t));
    save(name, new Blob([text], { type: "image/svg+xml" }));
  } else stage.pixels(width).toBlob((blob) => blob && save(name, blob));
  stage.close();
}

/** Make a film while the page goes on, and say how far it is. */
async function film(desk: Desk, wanted: Film): Promise<void> {
  const box = document.createElement("div");
  box.className = "filming";
  const given = new AbortController();
  const told = (share: number) =>
    render(
      html`<label>${say.drawingTicks(wanted.from, wanted.to)} <progress aria-label=${say.drawing} max="1" .value=${share}></progress></label>
        <button type="button" class="plain" aria-label=${say.cancel} @click=${() => given.abort()}>${common.cancel}</button>`,
      box,
    );
  told(0);
  document.body.append(box);
  try {
    const file = await filmed(desk, wanted, told, given.signal);
    if (file) save(`backscope-t${wanted.from}-${wanted.to}.gif`, file);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    desk.store.set({ notice: { kind: "refused", text: say.notMade(why) } });
  } finally {
    box.remove();
  }
}
