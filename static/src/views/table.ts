/** A table of the reader's own: a CSV file, what was understood of it, and training on it. */

import { html, nothing } from "lit";

import type { Uploaded } from "../api/types.ts";
import type { Table } from "../core/build.ts";
import { short } from "../core/numbers.ts";
import type { State } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/table.ts";
import { pick, type Setting, toggle, words } from "./setting.ts";
import type { Desk } from "./view.ts";

const CSV = "text/csv";
const TASKS = ["auto", "classification", "regression"];
const MOST_COLUMNS = 4;
const MOST_NAMES = 6;

/** The button that chooses a file. */
export function fileButton({ builder }: Desk) {
  const choose = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = "";
    if (file) take(file, builder);
  };
  return html`<label class="text-button file"
    >${say.upload}<input type="file" accept=".csv,text/csv" aria-label=${say.upload} aria-describedby="table-wrong" @change=${choose}
  /></label>`;
}

function take(file: File, builder: Desk["builder"]): void {
  void builder.upload({ name: file.name, content: new Blob([file], { type: CSV }) });
}

/** Take a file that is dropped onto an element; the answer stops that. */
export function takeDrops(element: HTMLElement, { builder }: Desk): () => void {
  const brings = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (event: DragEvent) => {
    if (!brings(event)) return;
    event.preventDefault();
    element.classList.add("receives");
  };
  const leave = () => element.classList.remove("receives");
  const drop = (event: DragEvent) => {
    leave();
    const [file] = event.dataTransfer?.files ?? [];
    if (!file) return;
    event.preventDefault();
    take(file, builder);
  };
  element.addEventListener("dragover", over);
  element.addEventListener("dragleave", leave);
  element.addEventListener("drop", drop);
  return () => {
    element.removeEventListener("dragover", over);
    element.removeEventListener("dragleave", leave);
    element.removeEventListener("drop", drop);
  };
}

export function tablePart(state: State, desk: Desk) {
  const { table } = state.building;
  if (!table) return nothing;
  const { file, understood, wrong } = table;
  const { builder } = desk;
  return html`<div class="table" role="group" aria-label=${say.table}>
    <p><b>${file.name}</b>${understood ? html` <span class="muted">${say.rows(understood.rows)}</span>` : nothing}</p>
    ${wrong ? html`<p class="wrong" id="table-wrong" role="alert">${wrong}</p>` : nothing}
    ${understood ? asked(table, understood, state, desk) : nothing}
    ${understood && !wrong ? meaning(understood) : nothing}
    <div class="acts">
      <button type="button" class="plain primary" ?disabled=${!understood || wrong !== null} @click=${() => builder.useTable()}>
        ${say.train}
      </button>
      <button type="button" class="plain" @click=${() => builder.forgetTable()}>${common.cancel}</button>
    </div>
  </div>`;
}

/** How the file is to be read. */
function asked({ file, options }: Table, { columns }: Uploaded, state: State, { builder }: Desk) {
  const ask = (name: string) => (value: unknown) =>
    void builder.upload(file, { ...options, [name]: String(value) });
  const target = options["target"] ?? columns.find(({ role }) => role === "target")?.name ?? "";
  const one = (key: string, said: Pick<Setting, "name" | "label" | "about">) => ({
    ...said,
    control: `table-${key}`,
  });
  const choices = (names: readonly string[]) => names.map((value) => ({ value, text: words(value) }));
  return html`${pick(
    one("target", say.TARGET),
    columns.map(({ name }) => ({ value: name, text: name })),
    target,
    state,
    ask("target"),
  )}
    ${pick(one("task", say.TASK), choices(TASKS), options["task"] ?? TASKS[0] ?? "", state, ask("task"))}
    ${toggle(
      one("standardize", say.STANDARDIZE),
      options["standardize"] === "true",
      state,
      ask("standardize"),
    )}`;
}

/** What was understood, with the first rows. */
function meaning({ inputs, input_names, task, classes, because, preview, suggestion, columns }: Uploaded) {
  const kinds = classes ? say.classes(classes.length, some(classes)) : task;
  const target = columns.find(({ role }) => role === "target")?.name ?? "";
  const shown = input_names.slice(0, MOST_COLUMNS);
  return html`<p class="muted">
      ${say.inputs(inputs, some(input_names))} ${say.target(target, kinds, because)}
      ${say.toBeginWith(words(suggestion.loss), suggestion.output.units)}
    </p>
    <div class="first-rows" tabindex="0" role="group" aria-label=${say.firstRows}>
      <table>
        <thead>
          <tr>
            ${shown.map((name) => html`<th scope="col">${name}</th>`)}
            ${input_names.length > shown.length ? html`<th scope="col">…</th>` : nothing}
            <th scope="col">${target}</th>
          </tr>
        </thead>
        <tbody>
          ${preview.x.map(
            (row, i) =>
              html`<tr>
                ${shown.map((_, j) => html`<td class="digits">${short(row[j] ?? NaN)}</td>`)}
                ${input_names.length > shown.length ? html`<td>…</td>` : nothing}
                <td>${classes ? classes[preview.y[i] ?? 0] : short(preview.y[i] ?? NaN)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function some(names: readonly string[]): string {
  return names.length > MOST_NAMES ? `${names.slice(0, MOST_NAMES).join(", ")}, …` : names.join(", ");
}
