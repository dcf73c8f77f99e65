/** What the server answered, read from `fixtures/`, as the page's core takes it. */

import { readFileSync } from "node:fs";

import type { Explanation, Frame, Graph, ScheduledTick, TickRecord } from "../../static/src/api/types.ts";
import { type Net, readNet } from "../../static/src/core/net.ts";
import type { StepSize } from "../../static/src/core/stepping.ts";

type SessionName = "mazur" | "goodfellow-xor" | "dead-unit" | "xor-batch" | "simple-nn";

export interface Recorded {
  readonly graph: Graph;
  readonly net: Net;
  readonly ticks: readonly TickRecord[];
  frame(t: number): Frame;
  explanation(of: string, t: number): Explanation;
}

/** The recorded answers about one session. */
export function recorded(name: SessionName): Recorded {
  const lines = read(name) as { request: string; answer: unknown }[];
  const answers = new Map(lines.map(({ request, answer }) => [request, answer]));
  const answer = (request: string): unknown => {
    if (!answers.has(request)) throw new Error(`${name} has no recorded answer to ${request}`);
    return answers.get(request);
  };
  const graph = answer("/graph") as Graph;
  return {
    graph,
    net: readNet(graph),
    ticks: (answer("/steps") as { ticks: TickRecord[] }).ticks,
    frame: (t) => answer(`/frames/${t}`) as Frame,
    explanation: (of, t) => {
      const [tensor, index] = of.replace("]", "").split("[");
      return answer(`/explanations/${tensor}?index=${index}&t=${t}`) as Explanation;
    },
  };
}

/** Where the server went by one step of each size, from every moment of two steps. */
export interface Walk {
  readonly preset: string;
  readonly steps_per_epoch: number;
  readonly schedule: readonly ScheduledTick[];
  readonly reached: Record<StepSize, number[]>;
}

export function walks(): Walk[] {
  return read("steps") as Walk[];
}

/** The tick that ends at `t`. */
export function tickOf({ net }: Recorded, t: number): ScheduledTick {
  const tick = net.schedule[(t - 1) % net.schedule.length];
  if (!tick) throw new Error(`no tick ends at ${t}`);
  return tick;
}

function read(name: string): unknown[] {
  const text = readFileSync(new URL(`./fixtures/${name}.jsonl`, import.meta.url), "utf-8");
  return text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown);
}
