import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "../../static/src/api/client.ts";
import { Refused } from "../../static/src/api/requests.ts";
import type { Frame, Problem } from "../../static/src/api/types.ts";
import { Inquiry, type Question } from "../../static/src/inquiry.ts";
import { FakeClock } from "./clock.ts";

const moment = (t: number): Frame => ({ t, step: 0, tick: t, phase: null, tensors: {} });
const settled = () => new Promise((resolve) => setTimeout(resolve, 2));

/** Somebody who asks, and a server that answers when it is told to. */
function asking() {
  const asked: string[] = [];
  const waiting: { answer: (text: string) => void; refuse: (error: Error) => void }[] = [];
  const clock = new FakeClock();
  const inquiry = new Inquiry(new Client(), clock);
  let told = 0;
  inquiry.onAnswer = () => told++;
  const question = (topic: string): Question<string> => ({
    topic,
    ask: () => {
      asked.push(topic);
      return new Promise((answer, refuse) => waiting.push({ answer, refuse }));
    },
  });
  const next = () => waiting.shift() ?? assert.fail("nothing was asked");
  return { inquiry, clock, asked, question, next, times: () => told };
}

test("a question is asked once, and its answer kept with the frame of its moment", async () => {
  const { inquiry, asked, question, next, times } = asking();
  const now = moment(3);

  assert.deepEqual(inquiry.about(now, question("a")), { answer: null, waiting: true, refused: null });
  inquiry.about(now, question("a"));
  next().answer("yes");
  await settled();

  assert.equal(times(), 1);
  assert.deepEqual(inquiry.about(now, question("a")), { answer: "yes", waiting: false, refused: null });
  assert.deepEqual(asked, ["a"]);
  inquiry.about(moment(3), question("a"));
  assert.deepEqual(asked, ["a", "a"], "the same moment of another history is asked about anew");
});

test("one question is under way, and while it is the last answer about the same stands", async () => {
  const { inquiry, asked, question, next } = asking();
  inquiry.about(moment(1), question("a"));
  next().answer("then");
  await settled();

  assert.deepEqual(inquiry.about(moment(2), question("a")), { answer: "then", waiting: true, refused: null });
  inquiry.about(moment(3), question("a"));

  assert.deepEqual(inquiry.about(moment(3), question("b")), { answer: null, waiting: true, refused: null });
  assert.deepEqual(asked, ["a", "a"]);
});

test("what is refused is said, and why", async () => {
  const { inquiry, question, next } = asking();
  const now = moment(1);

  inquiry.about(now, question("a"));
  next().refuse(new Refused({ detail: "too large" } as Problem));
  await settled();
  inquiry.about(now, question("b"));
  next().refuse(new Error("no server"));
  await settled();

  assert.equal(inquiry.about(now, question("a")).refused, "too large");
  assert.equal(inquiry.about(now, question("b")).refused, "The server did not answer.");
  assert.deepEqual(inquiry.about(now, null), { answer: null, waiting: false, refused: null });
});

const BUSY = { detail: "no time left", status: 429 } as Problem;
for (const [what, error, words] of [
  ["not answered", new Error("no server"), "The server did not answer."],
  ["refused for the moment", new Refused(BUSY), "no time left"],
] as const)
  test(`what was ${what} is asked again, and what was said of it stands until then`, async () => {
    const { inquiry, clock, asked, question, next } = asking();
    const now = moment(1);
    inquiry.about(now, question("a"));
    next().refuse(error);
    await settled();
    assert.equal(inquiry.about(now, question("a")).refused, words);
    assert.equal(asked.length, 1);

    clock.pass(2000);
    await settled();
    assert.equal(inquiry.about(now, question("a")).refused, words);
    assert.equal(inquiry.about(now, question("a")).refused, words);
    assert.equal(asked.length, 2);
    next().answer("yes");
    await settled();

    assert.equal(inquiry.about(now, question("a")).answer, "yes");
  });

test("what is refused for good is not asked again", async () => {
  const { inquiry, clock, asked, question, next } = asking();
  inquiry.about(moment(1), question("a"));
  const now = moment(2);
  next().answer("then");
  await settled();
  inquiry.about(now, question("a"));
  next().refuse(new Refused({ detail: "too large", status: 422 } as Problem));
  await settled();

  clock.pass(10_000);
  await settled();

  assert.equal(inquiry.about(now, question("a")).refused, "too large");
  assert.equal(asked.length, 2);
});
