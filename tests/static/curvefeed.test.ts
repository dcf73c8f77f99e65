import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "../../static/src/api/client.ts";
import type { Head } from "../../static/src/api/types.ts";
import { CurveFeed } from "../../static/src/curvefeed.ts";
import { Store } from "../../static/src/store.ts";
import { FakeClock } from "./clock.ts";

const SERIES = ["loss", "gradient_norm.hidden1", "train_loss"];

/** All that is waiting for a turn of the event loop. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A session whose revision a test moves, and a server that answers when it is told to. */
function fed() {
  const asked: string[] = [];
  const waiting: (() => void)[] = [];
  const there = { rev: 1, down: false };
  const client = new Client((async (path: string) => {
    asked.push(path);
    await new Promise<void>((resolve) => waiting.push(resolve));
    if (there.down) throw new TypeError("fetch failed");
    const names = /names=([^&]*)/.exec(path)?.[1]?.split(",") ?? SERIES;
    const series = Object.fromEntries(names.map((name) => [name, { steps: [0], values: [there.rev] }]));
    return Response.json({ session: { id: "s_1", rev: there.rev }, series });
  }) as typeof fetch);
  const store = new Store();
  const clock = new FakeClock();
  const feed = new CurveFeed(client, store, clock);
  const stop = feed.start();
  const moveTo = async (rev: number) => {
    there.rev = rev;
    store.set({ head: { id: "s_1", rev } as Head });
    await settled();
  };
  const answer = async () => {
    for (const resolve of waiting.splice(0)) resolve();
    await settled();
  };
  const rest = async (milliseconds = 10_000) => {
    clock.pass(milliseconds);
    await settled();
  };
  return { asked, there, store, clock, feed, stop, moveTo, answer, rest, settled };
}

test("while no chart is open nothing is asked", async () => {
  const page = fed();

  await page.moveTo(1);
  await page.moveTo(2);

  assert.deepEqual(page.asked, []);
});

test("an open chart has the curves of the head, and of its own series only once they are known", async () => {
  const page = fed();
  await page.moveTo(1);

  page.store.set({ chart: "Loss" });
  await settled();
  await page.answer();
  page.store.set({ chart: "Gradients" });
  await settled();
  await page.rest();
  await page.answer();

  assert.deepEqual(page.asked, [
    "/api/v1/sessions/s_1/metrics?max_points=1000",
    "/api/v1/sessions/s_1/metrics?names=gradient_norm.hidden1&max_points=1000",
  ]);
  assert.equal(page.store.state.curves?.of, "Gradients");
});

test("however often the head moves, one request is under way, and the last word is the head's", async () => {
  const page = fed();
  page.store.set({ chart: "Loss" });
  await page.moveTo(1);

  for (let rev = 2; rev <= 20; rev++) await page.moveTo(rev);
  assert.equal(page.asked.length, 1);
  await page.answer();
  await page.moveTo(21);
  assert.equal(page.asked.length, 1, "it rests between two requests");
  await page.rest();
  await page.answer();

  assert.equal(page.asked.length, 2);
  assert.equal(page.store.state.curves?.rev, 21);
  await page.rest();
  assert.equal(page.asked.length, 2, "nothing has moved since");
});

test("the rest is several times as long as the answer took", async () => {
  const page = fed();
  page.store.set({ chart: "Loss" });
  await page.moveTo(1);
  page.clock.pass(1000);
  await page.answer();
  await page.moveTo(2);

  await page.rest(3900);
  assert.equal(page.asked.length, 1);
  await page.rest(200);

  assert.equal(page.asked.length, 2);
});

test("when the server does not answer the curves stay, that is said, and it is tried again", async () => {
  const page = fed();
  page.store.set({ chart: "Loss" });
  await page.moveTo(1);
  await page.answer();
  await page.rest();
  page.there.down = true;
  await page.moveTo(2);
  await page.answer();

  assert.equal(page.store.state.curves?.rev, 1);
  assert.equal(page.store.state.curvesMissed, true);

  page.there.down = false;
  await page.rest();
  await page.answer();
  assert.equal(page.store.state.curves?.rev, 2);
  assert.equal(page.store.state.curvesMissed, false);
});
