/** The form of an answer: a sign, a size, a number with its chain, one of several. */

import { html, nothing, type TemplateResult } from "lit";

import { type Asked, SIGNS } from "../core/learned.ts";
import { addressText, lightsText, readNumber, short } from "../core/numbers.ts";
import type { State } from "../store.ts";
import * as common from "../strings/common.ts";
import * as say from "../strings/question.ts";
import type { Desk } from "./view.ts";

/** What a size is chosen from: powers of ten. */
const SMALLEST = -14;
const LARGEST = 14;
const MIDDLE = -2;
/** What `State.wrong` calls the form. */
const FORM = "answer";

export function answerForm(asked: Asked, state: State, { store, learning }: Desk): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const read = readAnswer(asked, new FormData(event.target as HTMLFormElement));
    store.set({ wrong: typeof read === "string" ? { field: FORM, text: read } : null });
    if (typeof read !== "string") void learning.answer(read.answer, read.factors);
  };
  const wrong = state.wrong?.field === FORM ? state.wrong.text : null;
  return html`<form class="answer" novalidate aria-label=${say.answer} @submit=${submit}>
    ${fields(asked, state)} ${wrong === null ? nothing : html`<p class="wrong" role="alert">${wrong}</p>`}
    <button type="submit" class="plain primary">${say.answer}</button>
  </form>`;
}

function fields(asked: Asked, state: State) {
  switch (asked.kind) {
    case "sign":
      return choices(SIGNS.map((sign) => ({ value: sign, text: sign })));
    case "choice":
      return choices(asked.options.map((text, i) => ({ value: String(i), text })));
    case "largest":
      return choices(
        (asked.number?.among ?? []).map((index) => ({
          value: index.join(","),
          text: addressText({ tensor: asked.number?.tensor ?? "", index }),
          lights: lightsText({ tensor: asked.number?.tensor ?? "", index }),
        })),
        pointed(asked, state),
      );
    case "size":
      return size();
    case "number":
      return number(asked);
  }
}

/** `lights` is the number that a choice is, which is lit on the network while it is pointed at. */
function choices(
  options: readonly { value: string; text: string; lights?: string }[],
  chosen: string | null = null,
) {
  return html`<div class="choices" role="radiogroup" aria-label=${say.answer}>
    ${options.map(
      ({ value, text, lights = nothing }) =>
        html`<label data-lights=${lights}
          ><input type="radio" name="answer" value=${value} .checked=${value === chosen} />
          <span>${text}</span></label
        >`,
    )}
  </div>`;
}

/** The one of the numbers asked about that the learner has selected on the network, by itself or by what it is a gradient of. */
function pointed({ number }: Asked, { selected, net }: State): string | null {
  if (!number || !selected || !net) return null;
  const same = [number.tensor, net.info.get(number.tensor)?.gradient_of].includes(selected.tensor);
  const index = selected.index.join(",");
  return same && number.among.some((one) => one.join(",") === index) ? index : null;
}

function size() {
  const said = (power: number) => say.about(short(10 ** power));
  const tell = (event: Event) => {
    const input = event.target as HTMLInputElement;
    const text = said(Number(input.value));
    input.setAttribute("aria-valuetext", text);
    const output = input.form?.querySelector("output");
    if (output) output.textContent = text;
  };
  return html`<label class="size"
      >${say.size}
      <input
        type="range"
        name="power"
        aria-label=${say.size}
        min=${SMALLEST}
        max=${LARGEST}
        step="0.5"
        .value=${String(MIDDLE)}
        aria-valuetext=${said(MIDDLE)}
        @input=${tell}
      />
      <output class="digits">${said(MIDDLE)}</output></label
    >
    <label class="none"><input type="checkbox" name="none" /> ${say.zero}</label>`;
}

/** A number is typed as text: a field for numbers would make 310 of 3/10, and drop the minus of a copied −0.2. */
function number({ chain }: Asked) {
  return html`<label class="whole-number">${say.number} <input type="text" class="field digits" name="number" autocomplete="off" /></label>
    ${
      chain.length > 1
        ? html`<fieldset class="chain">
            <legend>${say.chain}</legend>
            ${chain.map(
              (text, i) =>
                html`<label><span>${text}</span> <input type="text" class="field digits" name="factor${i}" autocomplete="off" /></label>`,
            )}
          </fieldset>`
        : nothing
    }`;
}

/** What was answered, or what is missing in words. */
function readAnswer(
  asked: Asked,
  form: FormData,
): { answer: string | number | number[]; factors?: number[] } | string {
  const given = (name: string) => String(form.get(name) ?? "");
  if (asked.kind === "size") return { answer: form.has("none") ? 0 : 10 ** Number(given("power")) };
  if (asked.kind === "number") {
    const factors = asked.chain.map((_, i) => readNumber(given(`factor${i}`)));
    const known = factors.filter((factor) => factor !== null);
    const answer = readNumber(given("number"));
    if (answer === null) return common.wantedNumber;
    if (known.length && known.length < factors.length) return say.wantedChain;
    return known.length ? { answer, factors: known } : { answer };
  }
  const chosen = given("answer");
  if (!chosen) return say.wantedChoice;
  if (asked.kind === "largest") return { answer: chosen.split(",").map(Number) };
  return { answer: asked.kind === "choice" ? Number(chosen) : chosen };
}
