/** What the page asks the server for: the REST contract, a method a question. */

import type { Maps } from "../core/maps.ts";
import type { Address } from "../core/numbers.ts";
import type { Window } from "../core/windows.ts";
import { PREFIX, PYTHON, Requests, SAFETENSORS } from "./requests.ts";
import type { TensorFile } from "./safetensors.ts";
import type {
  Catalog,
  ChainedQuestion,
  DataRows,
  DiagnosisAnswer,
  Example,
  Explanation,
  Frame,
  TensorAnswer,
  Grade,
  Graph,
  Head,
  Lesson,
  GradientCheck,
  LessonBrief,
  MapsAnswer,
  HistogramsAnswer,
  LandscapeAnswer,
  LogRow,
  Matrices,
  Metrics,
  Paths,
  Question,
  Run,
  SliceAnswer,
  Spec,
  TickRecord,
  TrendsAnswer,
  Uploaded,
} from "./types.ts";

const PATIENCE_TO_IMPORT = 300_000;

export interface Created {
  session: Head;
  spec: Spec;
  /** The first moment that it has: a copy begins where it was made. */
  first: number;
  /** The one example that it steps on instead of its data, where it does. */
  sample?: Example | null;
}

export interface Running {
  session: Head;
  run: Run;
}

/** By which id a session is asked for: its own, or its view's. */
export function askedAs(head: Head | null): string {
  return head?.id ?? head?.view_id ?? "";
}

/** What a preview is of. */
export type Would =
  { readonly edits: readonly (Address & { readonly value: number })[] } | { readonly sample: Example };

export class Client {
  readonly #requests: Requests;

  constructor(fetcher: typeof fetch = fetch) {
    this.#requests = new Requests(fetcher);
  }

  catalog(): Promise<Catalog> {
    return this.#requests.ask("GET", "/catalog");
  }

  create(spec: Record<string, unknown>): Promise<Created> {
    return this.#requests.ask("POST", "/sessions", spec);
  }

  session(id: string): Promise<Created> {
    return this.#requests.ask("GET", `/sessions/${encodeURIComponent(id)}`);
  }

  graph(id: string): Promise<Graph> {
    return this.#requests.ask("GET", `/sessions/${id}/graph`);
  }

  frame(id: string, t: number): Promise<Frame> {
    return this.#requests.ask("GET", `/sessions/${id}/frames/${t}`);
  }

  /** One row of a tensor, or one column. */
  window(id: string, { tensor, axis, at }: Window, t: number): Promise<TensorAnswer> {
    return this.#requests.ask("GET", `/sessions/${id}/tensors/${tensor}?t=${t}&${axis}=${at}:${at + 1}`);
  }

  explanation(id: string, { tensor, index }: Address, t: number): Promise<Explanation> {
    const at = index.length ? `index=${index.join(",")}&t=${t}` : `t=${t}`;
    return this.#requests.ask("GET", `/sessions/${id}/explanations/${tensor}?${at}`);
  }

  /**
   * Run `ticks` ticks. What each wrote comes back, or the frame after them, or nothing. This and every other change is
   * refused where the session is not at the revision `rev` any more.
   */
  advance(
    id: string,
    ticks: number,
    wanted: "ticks" | "frame" | "none",
    rev?: number,
  ): Promise<{ session: Head; ticks?: TickRecord[]; frame?: Frame }> {
    const body = { granularity: "op", count: ticks, return: wanted };
    return this.#requests.ask("POST", `/sessions/${id}/steps`, body, rev);
  }

  /** Run whole steps without looking. */
  train(id: string, steps: number): Promise<{ session: Head }> {
    return this.#requests.ask("POST", `/sessions/${id}/steps`, {
      granularity: "batch",
      count: steps,
      return: "none",
    });
  }

  /** What ails the network in the step that the frame at `t` shows. */
  diagnosis(id: string, t: number): Promise<DiagnosisAnswer> {
    return this.#requests.ask("GET", `/sessions/${id}/diagnostics?t=${t}`);
  }

  async remove(id: string, rev?: number): Promise<void> {
    await this.#requests.ask("DELETE", `/sessions/${id}`, undefined, rev);
  }

  rewind(id: string, to: number, rev?: number): Promise<{ session: Head }> {
    return this.#requests.ask("POST", `/sessions/${id}/rewind`, { to }, rev);
  }

  /** Put the session back to where it was at the revision `to`. */
  restore(id: string, to: number, rev?: number): Promise<{ session: Head }> {
    return this.#requests.ask("POST", `/sessions/${id}/rewind`, { to_rev: to }, rev);
  }

  /** Give a number of a parameter another value, at the start of the step of `at`. */
  edit(
    id: string,
    { tensor, index }: Address,
    value: number,
    at: number,
    rev?: number,
  ): Promise<{ session: Head }> {
    const body = { edits: [{ tensor, index, value }], at };
    return this.#requests.ask("PATCH", `/sessions/${id}/parameters`, body, rev);
  }

  /** The frame as it would be at `t` with another value of a parameter, or on another example. Changes nothing. */
  preview(id: string, would: Would, t: number): Promise<Frame> {
    return this.#requests.ask("POST", `/sessions/${id}/previews`, { ...would, t });
  }

  /** Step on this one example, from the start of the step of `at` on; on the data again where there is none. */
  own(id: string, sample: Example | null, at: number, rev?: number): Promise<{ session: Head }> {
    return sample
      ? this.#requests.ask("PUT", `/sessions/${id}/sample`, { ...sample, at }, rev)
      : this.#requests.ask("DELETE", `/sessions/${id}/sample?at=${at}`, undefined, rev);
  }

  /** Give settings of the optimizer other values, from the moment `at` on. */
  settle(id: string, optimizer: Record<string, unknown>, at: number, rev?: number): Promise<Created> {
    return this.#requests.ask("PATCH", `/sessions/${id}`, { optimizer, at }, rev);
  }

  /** A new session from a moment of one, of its history as it is or as it was at the revision `at_rev`. */
  fork(id: string, from: { at?: number; at_rev?: number; spec?: Record<string, unknown> }): Promise<Created> {
    return this.#requests.ask("POST", `/sessions/${id}/fork`, from);
  }

  /** What was done after the revision `rev`, oldest first, as far as one answer tells. */
  log(id: string, rev: number): Promise<{ commands: LogRow[]; next_page_token: string | null }> {
    return this.#requests.ask("GET", `/sessions/${id}/log?page_size=1000&page_token=${rev}`);
  }

  /** Train in the background. */
  begin(
    id: string,
    amount: { steps: number } | { epochs: number },
    until: { loss_below: number } | undefined,
    rev?: number,
  ): Promise<Running> {
    const body = { ...amount, ...(until && { until }) };
    return this.#requests.ask("POST", `/sessions/${id}/runs`, body, rev);
  }

  progress(id: string, run: string): Promise<Running> {
    return this.#requests.ask("GET", `/sessions/${id}/runs/${run}`);
  }

  cancel(id: string, run: string): Promise<Running> {
    return this.#requests.ask("DELETE", `/sessions/${id}/runs/${run}`);
  }

  /**
   * A session from a file that was saved: its text as it is, because its whole numbers are larger than JavaScript's. The
   * server runs all of it again, which may take long: it can be given up.
   */
  restoreFile(text: string, giveUp?: AbortSignal): Promise<Created> {
    return this.#requests.ask("POST", "/imports", text, undefined, undefined, {
      patience: PATIENCE_TO_IMPORT,
      giveUp,
    });
  }

  /** The address of a file to take along. */
  exportAddress(id: string, format: string, t: number | undefined): string {
    return PREFIX + exportPath(id, format, t);
  }

  /** A script of the moment `t` in one of the two languages. */
  script(id: string, language: string, t: number): Promise<string> {
    return this.#requests.ask("GET", exportPath(id, language, t), undefined, undefined, PYTHON);
  }

  /** The address of what the server says of a session by itself. */
  eventsAddress(id: string): string {
    return `${PREFIX}/sessions/${id}/events`;
  }

  async lessons(): Promise<LessonBrief[]> {
    return (await this.#requests.ask<{ lessons: LessonBrief[] }>("GET", "/lessons")).lessons;
  }

  async lesson(name: string): Promise<Lesson> {
    return (await this.#requests.ask<{ lesson: Lesson }>("GET", `/lessons/${encodeURIComponent(name)}`))
      .lesson;
  }

  /** A question that the engine makes about the step that is under way at `t`, or comes next. */
  async question(id: string, level: number, seed: number, t: number): Promise<ChainedQuestion> {
    const path = `/sessions/${id}/questions?level=${level}&seed=${seed}&t=${t}`;
    return (await this.#requests.ask<{ question: ChainedQuestion }>("GET", path)).question;
  }

  grade(
    id: string,
    { kind, tensor, index, t, among, tolerance }: Question,
    answer: unknown,
    factors?: number[],
  ): Promise<Grade> {
    const asked = { kind, tensor, index, t, among, ...(tolerance === null ? {} : { tolerance }) };
    return this.#requests.ask("POST", `/sessions/${id}/grades`, {
      ...asked,
      answer,
      ...(factors && { factors }),
    });
  }

  /** The tick that led to a moment as matrix algebra, with its numbers. */
  matrices(id: string, t: number): Promise<Matrices> {
    return this.#requests.ask("GET", `/sessions/${id}/matrices?t=${t}`);
  }

  /** The gradients of a step held against its loss; of all parameters where none is named, of one at `index` too. */
  checkGradients(
    id: string,
    method: GradientCheck["method"],
    tensors: readonly string[] | null,
    index: readonly number[] | null,
    t: number,
  ): Promise<GradientCheck> {
    return this.#requests.ask("POST", `/sessions/${id}/gradient-checks`, { method, tensors, index, t });
  }

  /** The strongest paths from a number to the loss, through one example of the batch or through all. */
  paths(id: string, address: Address, t: number, most: number, sample: number | null): Promise<Paths> {
    const index = address.index.length ? `&index=${address.index.join(",")}` : "";
    const through = sample === null ? "" : `&sample=${sample}`;
    return this.#requests.ask(
      "GET",
      `/sessions/${id}/paths?tensor=${address.tensor}${index}${through}&limit=${most}&t=${t}`,
    );
  }

  /** The curves of the run by name, all when none is named, each of at most `points` points. */
  metrics(id: string, names: readonly string[] = [], points = 1000): Promise<Metrics> {
    const wanted = names.length ? `names=${names.map(encodeURIComponent).join(",")}&` : "";
    return this.#requests.ask("GET", `/sessions/${id}/metrics?${wanted}max_points=${points}`);
  }

  /** What each layer did in some of the steps that are finished at the moment `t`. */
  trends(id: string, t: number): Promise<TrendsAnswer> {
    return this.#requests.ask("GET", `/sessions/${id}/trends?t=${t}`);
  }

  /** How the numbers of a tensor were spread at the end of some of those steps. */
  histograms(id: string, tensor: string, t: number): Promise<HistogramsAnswer> {
    return this.#requests.ask(
      "GET",
      `/sessions/${id}/histograms?tensor=${encodeURIComponent(tensor)}&t=${t}`,
    );
  }

  /** The rows that a session learns from, and those that are held out. */
  data(id: string): Promise<DataRows> {
    return this.#requests.ask("GET", `/sessions/${id}/data`);
  }

  /** What the units of all layers answer over the plane of two inputs at the moment `t`, in single precision. */
  async maps(id: string, t: number, resolution: number): Promise<Maps> {
    const path = `/sessions/${id}/maps?resolution=${resolution}&t=${t}`;
    const { told, tensors } = await this.#requests.ask<TensorFile>(
      "GET",
      path,
      undefined,
      undefined,
      SAFETENSORS,
    );
    const numbers = (name: string) => JSON.parse(told[name] ?? "[]") as number[];
    return { of: id, t, x: numbers("x"), y: numbers("y"), tensors };
  }

  /** The same of some layers only, with every digit. */
  exactMaps(id: string, t: number, resolution: number, layers: readonly string[]): Promise<MapsAnswer> {
    return this.#requests.ask(
      "GET",
      `/sessions/${id}/maps?resolution=${resolution}&t=${t}&layers=${layers.join(",")}`,
    );
  }

  /** The loss along one number of a parameter, at so many points up to `span` to either side. */
  slice(
    id: string,
    { tensor, index }: Address,
    t: number,
    span: number,
    points: number,
  ): Promise<SliceAnswer> {
    const at = `tensor=${tensor}&index=${index.join(",")}&t=${t}`;
    return this.#requests.ask("GET", `/sessions/${id}/slices?${at}&span=${span}&points=${points}`);
  }

  /** The loss over the gradient's direction and one across it, up to `span` to each side, with the path taken. */
  landscape(id: string, t: number, span: number, resolution: number): Promise<LandscapeAnswer> {
    return this.#requests.ask(
      "GET",
      `/sessions/${id}/landscape?resolution=${resolution}&span=${span}&t=${t}`,
    );
  }

  /** Keep a table to make sessions from; what was understood of it comes back. */
  upload(table: Blob, options: Record<string, string>): Promise<Uploaded> {
    const query = new URLSearchParams(options).toString();
    return this.#requests.ask("POST", `/datasets${query && "?"}${query}`, table);
  }

  /** Whether the server answers at all. */
  alive(): Promise<boolean> {
    return this.#requests.alive();
  }
}

function exportPath(id: string, format: string, t: number | undefined): string {
  return `/sessions/${id}/export?format=${format}${t === undefined ? "" : `&t=${t}`}`;
}
