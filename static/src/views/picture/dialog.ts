/** The dialog that saves the network as a picture, or a range of ticks as a GIF. */

import { html, nothing, render } from "lit";

import { save } from "../files.ts";
import { isDark } from "../theme.ts";
import type { Desk } from "../view.ts";
import { type Film, filmed } from "./film.ts";
import { Stage, type Theme } from "./stage.ts";

const FORMATS = { svg: "SVG", png: "PNG", gif: "GIF" } as const;
type Format = keyof typeof FORMATS;

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
  dialog.className = "help pictures";
  dialog.setAttribute("aria-label", "Save a picture");
  dialog.addEventListener("close", () => dialog.remove());
  // Keys are the dialog's while it is open.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
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
        <h2>Save a picture</h2>
        ${choice("Format", FORMATS, format, (next) => change({ format: next }))}
        ${choice("Theme", { light: "Light", dark: "Dark" }, theme, (next) => change({ theme: next }))}
        ${number("Width in pixels", "width", WIDTHS[format], NARROWEST, WIDEST[format])}
        ${
          format === "gif"
            ? html`${number("From tick", "from", range.from, 0, head.t)} ${number("To tick", "to", range.to, 0, head.t)}
              ${number("Seconds a tick", "seconds", 1, 0.1, 10, 0.1)}
              ${number("Pictures a tick", "pictures", 4, 1, 20)}`
            : nothing
        }
        <p class="muted">
          ${format === "gif" ? `The session has run to tick ${head.t}.` : `The network at tick ${t}, with its sentence.`}
        </p>
        ${wrong ? html`<p class="wrong" role="alert">${wrong}</p>` : nothing}
        <div class="acts">
          <button class="plain primary" value="save">Save</button>
          <button type="button" class="plain" @click=${() => dialog.close()}>Cancel</button>
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
  if (to < from) return `The last tick comes before the first: from ${from} to ${to}.`;
  const all = (to - from + 1) * pictures;
  return all > MOST_PICTURES
    ? `These are ${all} pictures; at most ${MOST_PICTURES} go into one file. Take fewer ticks, or fewer pictures a tick.`
    : "";
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
      ><input type="number" class="field digits" name=${name} aria-label=${label} min=${least} max=${most} step=${step} .value=${String(value)} required
    /></label>
  </div>`;
}

/** The moment that the page shows, preview and all. */
function still(desk: Desk, format: "svg" | "png", theme: Theme, width: number): void {
  const { session, store } = desk;
  const { state } = store;
  const before = state.preview ? state.frame : (session.tape.get(state.t - 1) ?? null);
  const stage = new Stage(desk, theme);
  stage.put({ state: { ...state, lit: null }, before }, state.t);
  const name = `backscope-t${state.t}.${format}`;
  if (format === "svg") {
    const text = stage.svg(width, `${state.spec?.name ?? "Network"}, tick ${state.t}`);
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
      html`<label>Drawing ticks ${wanted.from} to ${wanted.to} <progress aria-label="Drawing the GIF" max="1" .value=${share}></progress></label>
        <button type="button" class="plain" aria-label="Cancel the GIF" @click=${() => given.abort()}>Cancel</button>`,
      box,
    );
  told(0);
  document.body.append(box);
  try {
    const file = await filmed(desk, wanted, told, given.signal);
    if (file) save(`backscope-t${wanted.from}-${wanted.to}.gif`, file);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    desk.store.set({ notice: { kind: "refused", text: `The GIF was not made. ${why}` } });
  } finally {
    box.remove();
  }
}
