/** The button that leads to lessons, practice and the lecture hall. */

import { html, render } from "lit";

import type { LessonBrief } from "../api/types.ts";
import { practice } from "../strings/learning.ts";
import * as say from "../strings/lessons.ts";
import { present } from "./presenting.ts";
import type { Desk } from "./view.ts";

export function lessonsButton(desk: Desk) {
  return html`<button type="button" class="plain" popovertarget="lessons" ?disabled=${!desk.store.state.head}>${say.title}</button>
    <div id="lessons" class="menu" popover @beforetoggle=${(event: ToggleEvent) => event.newState === "open" && void fill(event.target as HTMLElement, desk)}></div>`;
}

async function fill(menu: HTMLElement, desk: Desk): Promise<void> {
  const { learning, store } = desk;
  const leave = (act: () => void) => () => {
    menu.hidePopover();
    act();
  };
  const begin = () => {
    present(desk);
    // A clicker's keys are for the page, and not for the button that is pressed now.
    (document.activeElement as HTMLElement | null)?.blur();
  };
  const draw = (lessons: readonly LessonBrief[] | null) =>
    render(
      html`<div class="lessons">
        ${
          lessons === null
            ? html`<p class="muted">${say.unread}</p>`
            : lessons.map((lesson) =>
                entry(
                  lesson,
                  leave(() => void learning.open(lesson.name)),
                ),
              )
        }
        <h2>${say.here}</h2>
        <button type="button" class="plain" @click=${leave(() => void learning.practise(store.state.learned?.level ?? 1))}>${practice}</button>
        <button type="button" class="plain" aria-pressed=${store.state.presenting ? "true" : "false"} title=${say.aboutPresent} @click=${leave(begin)}>
          ${say.present}
        </button>
      </div>`,
      menu,
    );
  draw(await learning.list().catch(() => null));
}

function entry({ title, about, minutes, name, problem }: LessonBrief, open: () => void) {
  if (problem) return html`<p class="wrong">${name}: ${problem}</p>`;
  return html`<button type="button" class="plain lesson" @click=${open}>
    <b>${title}</b> <span class="muted digits">${say.minutes(minutes ?? "")}</span>
    <span class="muted">${about}</span>
  </button>`;
}
