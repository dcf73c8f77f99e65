/**
 * What a learner builds: another network, other data, another training. Each is a new session, made from the spec with
 * what was changed a moment after the last change; the one before stays on the shelf. What the server does not take is
 * said at the control that was changed, and changes nothing.
 */

import { askedAs, type Client, type Created } from "./api/client.ts";
import { Refused, Unreachable } from "./api/requests.ts";
import type { Catalog, Spec } from "./api/types.ts";
import { type Changes, isUnfit } from "./changes.ts";
import {
  type Building,
  controlOf,
  type Edit,
  fitted,
  layersOf,
  ownName,
  same,
  set,
  type Suggestion,
  suggestionFor,
  typeOf,
  unedited,
  useData,
} from "./core/build.ts";
import { inputsOf } from "./core/net.ts";
import { classesOf, dataOf, type Drawing, EMPTY } from "./core/points.ts";
import { MOST_INPUTS } from "./core/scatter.ts";
import { changed } from "./core/undo.ts";
import type { Clock } from "./motion.ts";
import type { Session } from "./session.ts";
import type { Memory } from "./shelf.ts";
import type { State, Store } from "./store.ts";
import * as say from "./strings/building.ts";

const REST = 250;
const MOST_TRIES = 4;
const POINTS = "backscope-points";
const TABLES = "backscope-tables";
const DATA = "/data";
const LARGEST_SEED = 2 ** 31;

/** The spec with what was changed since. */
export function draftOf({ spec, building }: State): Spec | null {
  return spec && building.edits.reduce((made, edit) => edit(made), spec);
}

export class Builder {
  readonly #client: Client;
  readonly #store: Store;
  readonly #session: Session;
  readonly #changes: Changes;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #memory: Memory;
  #turn = 0;
  #uploads = 0;

  constructor(
    client: Client,
    store: Store,
    session: Session,
    changes: Changes,
    { clock, random, memory }: { clock: Clock; random: () => number; memory: Memory },
  ) {
    this.#client = client;
    this.#store = store;
    this.#session = session;
    this.#changes = changes;
    this.#clock = clock;
    this.#random = random;
    this.#memory = memory;
    changes.otherwise = (settings) => {
      for (const [name, value] of Object.entries(settings)) {
        const control = `/optimizer/${name}`;
        this.change(control, set(control, value));
      }
    };
    this.#set({
      drawing: { ...EMPTY, ...(readKept(memory.get(POINTS)) as Partial<Drawing>) },
      tables: readKept(memory.get(TABLES)) as Record<string, string>,
    });
  }

  get #state(): State {
    return this.#store.state;
  }

  get #building(): Building {
    return this.#state.building;
  }

  #set(change: Partial<Building>): void {
    this.#store.set({ building: { ...this.#building, ...change } });
  }

  // Changing the spec

  /** Change the spec at a control; the session of it is made when no other change has followed for a moment. */
  change(control: string, ...more: Edit[]): void {
    this.#session.pause();
    const edits = [...this.#building.edits, ...more];
    this.#store.set({ wrong: null, building: { ...this.#building, edits, control, refused: null } });
    const turn = ++this.#turn;
    if (same(draftOf(this.#state), this.#state.spec)) this.takeBack();
    else void this.#clock.wait(REST).then(() => (turn === this.#turn ? this.#build() : undefined));
  }

  /** Go back to the spec of the session that is shown. */
  takeBack(): void {
    this.#turn++;
    this.#store.set({ wrong: null, building: unedited(this.#building) });
  }

  /** What was typed cannot even be asked for. */
  complain(control: string, text: string): void {
    this.#store.set({ wrong: { field: control, text } });
  }

  /** Other settings of the optimizer: from here on, where the session can go on with them; else in a new one. */
  tune(settings: Record<string, unknown>): Promise<void> {
    this.#session.pause();
    const tuned = { ...this.#building.tuned, ...settings };
    this.#store.set({ wrong: null, building: { ...this.#building, tuned } });
    return this.#session.act(async () => {
      try {
        await this.#changes.tune(settings);
      } finally {
        if (this.#building.tuned === tuned) this.#set({ tuned: {} });
      }
    });
  }

  /** Train by another optimizer, with the settings that it had here, or those that it comes with. */
  optimize(type: string): Promise<void> {
    // A setting that is on its way is one that it had.
    return this.#session.act(async () => {
      const before = draftOf(this.#state)?.optimizer;
      if (before === undefined) return;
      const earlierOptimizers = { ...this.#building.earlierOptimizers, [typeOf(before)]: before };
      this.#set({ earlierOptimizers });
      this.change("/optimizer", set("/optimizer", earlierOptimizers[type] ?? { type }));
    });
  }

  newSeed(): void {
    this.change("/seed", set("/seed", Math.floor(this.#random() * LARGEST_SEED)));
  }

  open(layer: string | null): void {
    this.#set({ open: layer });
  }

  #build(): Promise<void> {
    return this.#session.enterBy(async () => {
      const { spec, catalog } = this.#state;
      const { edits } = this.#building;
      const draft = draftOf(this.#state);
      if (!spec || !draft || !edits.length) return;
      try {
        await this.#make(ownName(catalog)(draft), !same(spec["data"], draft["data"]));
      } catch (error) {
        if (!isUnfit(error)) {
          // It is not the spec that is wrong, and nothing is built: the controls show what is so.
          if (error instanceof Refused && this.#wanted(edits)) this.takeBack();
          throw error;
        }
        if (!this.#wanted(edits)) return;
        const { detail, errors } = error.problem;
        const control = controlOf(errors[0]?.pointer ?? "", spec, draft, this.#building.control);
        this.#set({ refused: { control, text: errors[0]?.message ?? detail } });
      }
    });
  }

  /** Make the session, with what goes with other data where the server refuses those with what is there. */
  async #make(asked: Spec, otherData: boolean): Promise<void> {
    const { edits } = this.#building;
    const data = otherData ? { suggestion: this.#building.suggestion } : null;
    for (let spec = asked, tries = 1; ; tries++) {
      try {
        await this.#enter(await this.#client.create(spec), edits);
        if (!same(spec.loss, asked.loss)) this.#tellFitted();
        return;
      } catch (error) {
        const next = isUnfit(error) ? fitted(spec, error.problem.errors[0]?.pointer ?? "", data) : null;
        if (!next || tries === MOST_TRIES) throw error;
        spec = next;
      }
    }
  }

  /** Enter the session that came of these edits, unless they were taken back meanwhile. What was changed since stays. */
  async #enter(made: Created, edits: readonly Edit[]): Promise<void> {
    const session = this.#session;
    if (!this.#wanted(edits)) {
      void this.#client.remove(askedAs(made.session)).catch(() => undefined);
      return;
    }
    session.made.adopt(askedAs(made.session));
    const { here } = session;
    const { undo } = this.#state;
    await session.enter(made, 0, () => {
      const rest = this.#building.edits.slice(edits.length);
      const suggestion = rest.length ? this.#building.suggestion : null;
      const building = { ...this.#building, edits: rest, suggestion, refused: null };
      return { preset: null, building, undo: changed(undo, here) };
    });
  }

  #wanted(edits: readonly Edit[]): boolean {
    return edits.every((edit, i) => this.#building.edits[i] === edit);
  }

  #tellFitted(): void {
    const { spec } = this.#state;
    if (!spec) return;
    const outputs = say.outputs(layersOf(spec).at(-1)?.units ?? 0);
    const text = say.fitted(spec.loss.type.replaceAll("_", " "), outputs);
    this.#store.set({ notice: { kind: "news", text } });
  }

  // Data

  /** Learn from a data set of the catalog. */
  useDataset(name: string): void {
    const { catalog, spec } = this.#state;
    const known = catalog?.datasets.find(({ type }) => type === name) as
      { inputs?: number; classes?: number | null } | undefined;
    if (!catalog || !spec || !known) return;
    const { test_fraction } = spec["data"] as { test_fraction?: number };
    const suggestion = suggestionFor(catalog, known.classes ?? null);
    this.#use({ dataset: name, test_fraction: test_fraction ?? 0 }, known.inputs ?? 0, suggestion);
  }

  #use(data: Record<string, unknown>, inputs: number, suggestion: Suggestion | null): void {
    const { head, spec, net } = this.#state;
    const alike = net !== null && inputsOf(net) === inputs;
    const all = head?.steps_per_epoch === 1 && spec?.["accumulate"] === 1;
    this.#set({ suggestion });
    this.change(DATA, useData(data, alike, all));
  }

  // A table of one's own

  /** Have a file read as it is asked for, and see what is understood of it. */
  async upload(file: { name: string; content: Blob }, options: Record<string, string> = {}): Promise<void> {
    const upload = ++this.#uploads;
    const before = this.#building.table?.file === file ? this.#building.table.understood : null;
    this.#set({ table: { file, options, understood: before, wrong: null } });
    const found = await this.#client.upload(file.content, options).then(
      (understood) => ({ understood, wrong: null }),
      (error: unknown) => ({ understood: before, wrong: this.#reason(error) }),
    );
    if (upload === this.#uploads) this.#set({ table: { file, options, ...found } });
  }

  #reason(error: unknown): string {
    if (error instanceof Refused || error instanceof Unreachable)
      return `${error.message.replace(/\.$/, "")}.`;
    throw error;
  }

  forgetTable(): void {
    this.#uploads++;
    this.#set({ table: null });
  }

  useTable(): void {
    const { table, tables } = this.#building;
    if (!table?.understood) return;
    const { id, inputs, suggestion } = table.understood;
    const named = { ...tables, [id]: table.file.name };
    this.#set({ table: null, tables: named });
    this.#memory.set(TABLES, JSON.stringify(named));
    this.#use({ dataset_id: id, test_fraction: 0 }, inputs, suggestion);
  }

  // Points drawn by hand

  draw(draws: boolean): void {
    this.#set({ draws });
  }

  sketch(drawing: Drawing): void {
    this.#set({ drawing });
    this.#memory.set(POINTS, JSON.stringify(drawing));
  }

  usePoints(catalog: Catalog): void {
    const { drawing } = this.#building;
    this.#set({ draws: false });
    this.#use(dataOf(drawing), MOST_INPUTS, suggestionFor(catalog, classesOf(drawing)));
  }
}

/** What was kept as a text; nothing where it is none of ours. */
function readKept(text: string | null): object {
  try {
    return Object(JSON.parse(text ?? "{}")) as object;
  } catch {
    return {};
  }
}
