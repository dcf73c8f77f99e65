import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused } from "../../static/src/api/requests.ts";
import type { Problem } from "../../static/src/api/types.ts";
import { Feed } from "../../static/src/feed.ts";
import { Store } from "../../static/src/store.ts";
import { FakeClock } from "./clock.ts";

/** All that is waiting for a turn of the event loop. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

/** A feed of the moment, and a server that answers when it is told to. */
function fed({ kept = 1 } = {}) {
  const asked: number[] = [];
  const waiting: (() => void)[] = [];
  const there = { wrong: null as Error | null, heard: 0 };
  const store = new Store();
  const clock = new FakeClock();
  const feed = new Feed<number>(store, clock, {
    key: ({ t }) => (t > 0 ? String(t) : null),
    ask: async ({ t }) => {
      asked.push(t);
      await new Promise<void>((resolve) => waiting.push(resolve));
      if (there.wrong) throw there.wrong;
      return t * 10;
    },
    heard: () => there.heard++,
    kept,
  });
  const stop = feed.start();
  const moveTo = async (t: number) => {
    store.set({ t });
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
  return { asked, there, clock, feed, stop, moveTo, answer, rest };
}

test("while nothing is wanted nothing is asked", async () => {
  const page = fed();

  await page.moveTo(0);

  assert.deepEqual(page.asked, []);
  assert.equal(page.feed.present, null);
});

test("however often the moment changes, one request is under way, and the last word is the present moment's", async () => {
  const page = fed();
  await page.moveTo(1);

  for (let t = 2; t <= 20; t++) await page.moveTo(t);
  assert.deepEqual(page.asked, [1]);
  await page.answer();
  await page.moveTo(21);
  assert.deepEqual(page.asked, [1], "it rests between two requests");
  assert.equal(page.feed.present, null, "what has come is of another moment");
  assert.equal(page.feed.latest, 10);
  await page.rest();
  await page.answer();

  assert.deepEqual(page.asked, [1, 21], "those between are dropped");
  assert.equal(page.feed.present, 210);
  await page.rest();
  assert.deepEqual(page.asked, [1, 21], "nothing has changed since");
});

test("the rest is several times as long as the answer took", async () => {
  const page = fed();
  await page.moveTo(1);
  page.clock.pass(1000);
  await page.answer();
  await page.moveTo(2);

  await page.rest(3900);
  assert.equal(page.asked.length, 1);
  await page.rest(200);

  assert.equal(page.asked.length, 2);
});

test("what is kept is not asked for again, and of more the oldest is forgotten", async () => {
  const page = fed({ kept: 2 });
  for (const t of [1, 2, 3]) {
    await page.moveTo(t);
    await page.answer();
    await page.rest();
  }

  await page.moveTo(2);
  assert.equal(page.feed.present, 20);
  await page.moveTo(1);
  await page.answer();

  assert.deepEqual(page.asked, [1, 2, 3, 1]);
});

test("when the server does not answer what was known stays, that is said, and it is tried again", async () => {
  const page = fed();
  await page.moveTo(1);
  await page.answer();
  await page.rest();
  page.there.wrong = new TypeError("fetch failed");
  await page.moveTo(2);
  await page.answer();

  assert.deepEqual([page.feed.latest, page.feed.missed, page.feed.refusal], [10, true, null]);

  page.there.wrong = null;
  await page.rest();
  await page.answer();
  assert.deepEqual([page.feed.present, page.feed.missed], [20, false]);
});

test("what the server refuses is said in its words and not asked for again, but the next moment is", async () => {
  const page = fed();
  page.there.wrong = new Refused({ detail: "too large" } as Problem);
  await page.moveTo(1);
  await page.answer();
  await page.rest();

  assert.deepEqual([page.asked, page.feed.refusal], [[1], "too large"]);

  await page.moveTo(2);
  assert.equal(page.feed.refusal, null, "that was said of another moment");
  assert.deepEqual(page.asked, [1, 2]);
});

test("what the server has no time to answer is asked again", async () => {
  const page = fed();
  page.there.wrong = new Refused({ detail: "no time left", status: 429 } as Problem);
  await page.moveTo(1);
  await page.answer();
  assert.deepEqual([page.feed.missed, page.feed.refusal], [true, null]);

  page.there.wrong = null;
  await page.rest();
  await page.answer();

  assert.deepEqual([page.asked, page.feed.present, page.feed.missed], [[1, 1], 10, false]);
});

test("once it is stopped nothing is asked and nobody is told", async () => {
  const page = fed();
  await page.moveTo(1);

  page.stop();
  await page.answer();
  await page.rest();
  await page.moveTo(2);

  assert.deepEqual(page.asked, [1]);
  assert.equal(page.there.heard, 0);
});
