/** What a view is: it draws into an element what the store says, until it is disposed of. */

import { render, type TemplateResult } from "lit";

import type { Client } from "../api/client.ts";
import type { Beside } from "../beside.ts";
import type { Builder } from "../building.ts";
import type { Changes } from "../changes.ts";
import type { Diagnosing } from "../diagnosing.ts";
import type { Inquiry } from "../inquiry.ts";
import type { Learning } from "../learning.ts";
import type { Clock, Motion } from "../motion.ts";
import type { Session } from "../session.ts";
import type { Shelf } from "../shelf.ts";
import type { Sharing } from "../sharing.ts";
import type { State, Store } from "../store.ts";
import type { Training } from "../training.ts";
import type { Touch } from "../touching.ts";

export type Dispose = () => void;

/** What the views have at hand: what is shown, and those who can be asked to do something about it. */
export interface Desk {
  readonly store: Store;
  readonly session: Session;
  readonly changes: Changes;
  readonly builder: Builder;
  readonly shelf: Shelf;
  readonly sharing: Sharing;
  readonly diagnosing: Diagnosing;
  readonly beside: Beside;
  readonly training: Training;
  readonly learning: Learning;
  readonly touch: Touch;
  readonly motion: Motion;
  readonly inquiry: Inquiry;
  /** For what only one view shows: it asks for it by itself, with a `Feed`. */
  readonly client: Client;
  readonly clock: Clock;
}

/** Render `template` of the state into `element`, now and after every change. */
export function view(
  element: HTMLElement,
  store: Store,
  template: (state: State) => TemplateResult,
): Dispose {
  return store.watch((state) => render(template(state), element));
}
