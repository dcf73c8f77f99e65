import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "../../static/src/api/client.ts";
import type { Head } from "../../static/src/api/types.ts";
import { isNorm } from "../../static/src/core/curves.ts";
import { curveFeed, wholeCurves } from "../../static/src/curvefeed.ts";
import { Store } from "../../static/src/store.ts";
import { FakeClock } from "./clock.ts";

const SERIES = ["loss", "gradient_norm.hidden1", "train_loss"];

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("a chart's own curves are kept up with the head; of all of them only the first answer has to tell", async () => {
  const asked: string[] = [];
  const client = new Client((async (path: string) => {
    asked.push(path);
    const names = /names=([^&]*)/.exec(path)?.[1]?.split(",") ?? SERIES;
    const series = Object.fromEntries(names.map((name) => [name, { steps: [0], values: ["NaN"] }]));
    return Response.json({ session: {}, series });
  }) as typeof fetch);
  const store = new Store();
  const clock = new FakeClock();
  const feed = curveFeed(client, store, clock, isNorm, () => undefined);
  feed.start();
  store.set({ head: { id: "s_1", rev: 1 } as Head });
  await settled();
  store.set({ head: { id: "s_1", rev: 2 } as Head });
  clock.pass(10_000);
  await settled();

  assert.deepEqual(feed.present, {
    id: "s_1",
    series: [{ name: "gradient_norm.hidden1", steps: [0], values: [NaN] }],
  });
  await wholeCurves(client, feed.present ?? { id: "", series: [] });
  assert.deepEqual(asked, [
    "/api/v1/sessions/s_1/metrics?max_points=1000",
    "/api/v1/sessions/s_1/metrics?names=gradient_norm.hidden1&max_points=1000",
    "/api/v1/sessions/s_1/metrics?names=gradient_norm.hidden1&max_points=10000",
  ]);
});
