import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addressText, parseAddress } from "../../static/src/core/numbers.ts";
import { Page, Server, until } from "./server.ts";
import { plainText } from "./plain.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

async function opened(preset: string): Promise<Page> {
  const page = new Page(server);
  await page.session.open(preset);
  return page;
}

/** What is shown is what the server has for this moment. */
async function assertShows(page: Page, t: number): Promise<void> {
  assert.equal(page.state.t, t);
  assert.deepEqual({ ...page.state.frame, session: 0 }, { ...(await page.frameThere(t)), session: 0 });
}

/** Whether the server has a session of this id. */
const there = async (id: string) => (await fetch(`${server.url}/api/v1/sessions/${id}`)).ok;

const said = (page: Page) => plainText(page.state.sentence);

test("an example opens at its beginning, with a weight chosen and the first tick announced", async () => {
  const page = await opened("mazur");

  await assertShows(page, 0);
  assert.equal(page.head.t, 0);
  assert.equal(page.state.preset, "mazur");
  assert.equal(page.state.selected && addressText(page.state.selected), "output.W[0,0]");
  assert.equal(page.state.explained?.kind, "given");
  assert.match(said(page), /^Ready\. First, hidden1:/);
});

test("step by step through two steps and back again, every moment shows the server's numbers", async () => {
  const page = await opened("mazur");

  for (let t = 1; t <= 30; t++) {
    await page.session.step();
    await assertShows(page, t);
    assert.equal(page.head.t, t);
  }
  for (let t = 29; t >= 0; t--) {
    await page.session.stepBack();
    await assertShows(page, t);
  }

  assert.equal(page.head.t, 30, "looking back does not move the head");
  assert.equal((await page.headThere()).t, 30);
});

test("a copy begins where it was made: back, to the beginning and reset lead there", async () => {
  const page = await opened("mazur");
  for (let t = 0; t < 17; t++) await page.session.step();
  await page.session.enterBy(() => page.session.copy({}));
  const { first } = page.state;
  assert.deepEqual([page.state.t, first], [17, 15]);

  for (let i = 0; i < 4; i++) await page.session.stepBack();
  await assertShows(page, first);
  await page.session.step();
  await page.session.seek(0);
  await assertShows(page, first);
  await page.session.follow(page.head.id ?? "", 3);
  await assertShows(page, first);
  await page.session.reset();

  await assertShows(page, first);
  assert.equal((await page.headThere()).t, first);
  assert.equal(page.notice, "");
});

test("a step has the size that is chosen when it is asked for", async () => {
  const page = await opened("xor");
  const ticks = page.state.net?.schedule.length ?? 0;
  page.store.set({ size: "batch" });

  const steps = [page.session.step(), page.session.step(), page.session.stepBack()];
  page.store.set({ size: "op" });
  await Promise.all(steps);

  assert.equal(page.state.t, ticks);
  assert.equal(page.head.t, 2 * ticks);
});

test("behind the head a step reads, at the head it advances", async () => {
  const page = await opened("mazur");
  await page.session.step();
  await page.session.step();
  await page.session.stepBack();
  const asked = page.wire.count(/POST .*steps/);

  await page.session.step();
  assert.equal(page.wire.count(/POST .*steps/), asked);
  await page.session.step();

  assert.equal(page.wire.count(/POST .*steps/), asked + 1);
  await assertShows(page, 3);
});

test("a step leads as far as its size says, and a wide one as the next larger", async () => {
  const page = await opened("xor");
  const ticks = page.state.net?.schedule.length ?? 0;

  page.store.set({ size: "layer" });
  await page.session.step();
  await assertShows(page, 2);
  await page.session.step(true);
  await assertShows(page, 4);
  page.store.set({ size: "batch" });
  await page.session.step();
  await assertShows(page, ticks);
  await page.session.step(true);
  await assertShows(page, 4 * ticks);
  await page.session.stepBack();
  await assertShows(page, 3 * ticks);
  page.store.set({ size: "epoch" });
  await page.session.stepBack();
  await assertShows(page, 0);
});

test("the step that the timeline lays out is that of the tick that is shown", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "batch" });

  await page.session.step();
  assert.equal(page.state.step, 0, "at its end a step stands whole");
  page.store.set({ size: "op" });
  await page.session.step();
  assert.equal(page.state.step, 1);
  await page.session.seek(15, 1);
  assert.equal(page.state.step, 1, "a scrub inside a step stays in it");
});

test("a moment that has not been reached is not gone to", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "phase" });
  await page.session.step();

  await page.session.seek(400);
  await assertShows(page, 4);
  await page.session.seek(-3);
  await assertShows(page, 0);
});

test("of many seeks that wait, only the last is gone to", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "batch" });
  await page.session.step();
  page.shown.length = 0;

  await Promise.all([14, 12, 9, 7, 5, 3].map((t) => page.session.seek(t)));

  await assertShows(page, 3);
  assert.ok(page.shown.length <= 2, `shown: ${page.shown.join()}`);
});

test("many steps asked for at once are all done, one after the other", async () => {
  const page = await opened("mazur");

  await Promise.all([1, 2, 3, 4, 5].map(() => page.session.step()));

  await assertShows(page, 5);
  assert.equal(page.head.t, 5);
});

test("reset rewinds the session itself, and the same run begins again", async () => {
  const page = await opened("xor");
  page.store.set({ size: "epoch" });
  await page.session.step();
  const { state_sha256 } = page.head;

  await page.session.reset();
  await assertShows(page, 0);
  assert.equal(page.head.t, 0);
  assert.equal((await page.headThere()).t, 0);
  await page.session.step();

  assert.equal(page.head.state_sha256, state_sha256);
});

test("a step is moved to, a seek is not", async () => {
  const page = await opened("mazur");

  await page.session.step();
  assert.ok(page.motion.position < 1);
  await page.session.seek(0);
  assert.equal(page.motion.position, 0);
});

test("the sentence is about the selected number, which can be any", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "batch" });
  await page.session.step();
  await page.session.seek(8);
  assert.match(said(page), /^output: dL\/dW\[0,0\] = .* = 0\.08217\. Plain descent would lower it\.$/);

  await page.session.select(parseAddress("output.dW[1,0]"));

  assert.match(said(page), /^output: dL\/dW\[1,0\] = .* = −0\.0226\. Plain descent would raise it\.$/);
  assert.equal(page.state.explained?.value, -0.02260254047747507);
});

test("what is not computed yet has no explanation, and gets one when it is", async () => {
  const page = await opened("mazur");

  await page.session.select(parseAddress("hidden1.a[0,1]"));
  const before = page.state.explained;
  page.store.set({ size: "layer" });
  await page.session.step();

  assert.equal(before, null);
  assert.equal(page.state.explained?.kind, "function");
});

test("choosing an example takes the selected number along, and selecting a number its example", async () => {
  const page = await opened("goodfellow-xor");
  page.store.set({ size: "batch" });
  await page.session.step();

  await page.session.select(parseAddress("hidden1.a[2,1]"));
  assert.equal(page.state.sample, 2);
  await page.session.choose(3);
  assert.equal(page.state.selected && addressText(page.state.selected), "hidden1.a[3,1]");
  assert.equal(page.state.explained?.index[0], 3);
  await page.session.select(parseAddress("output.W[0,1]"));

  assert.equal(page.state.sample, 3, "a weight belongs to no example");
});

test("where the last batch is smaller, the learner goes on with an example that it has", async () => {
  const page = new Page(server);
  await page.enter({ preset: "goodfellow-xor", batch_size: 3 });
  await page.session.step();
  await page.session.select(parseAddress("hidden1.z[2,0]"));
  page.store.set({ size: "batch" });
  await page.session.step();
  page.store.set({ size: "op" });

  await page.session.step();

  assert.equal(page.notice, "");
  assert.equal(page.state.frame?.tensors["hidden1.z"]?.shape[0], 1);
  assert.equal(page.state.sample, 0);
  assert.match(said(page), /^hidden1: z\[0,0\]/);
});

test("another example has nothing of the one before", async () => {
  const page = await opened("mazur");
  await page.session.step();

  await page.session.open("relu-2-2-1");

  await assertShows(page, 0);
  assert.equal(page.state.selected && addressText(page.state.selected), "output.W[0,0]");
  assert.equal(page.state.explained?.value, 0.6);
  await page.session.step();
  await assertShows(page, 1);
});

test("the example that is left for another is taken away, and nobody waits for that", async () => {
  const page = await opened("mazur");
  const left = page.session.id;
  const release = page.wire.hold(/DELETE/);

  await page.session.open("xor");

  await assertShows(page, 0);
  assert.equal(await there(left), true);
  release();
  await until(() => page.wire.count(/DELETE/) === 1);
  while (await there(left));
  assert.equal(await there(page.session.id), true);
});

test("a session that was entered by its address is not this page's to take away", async () => {
  const first = await opened("mazur");
  const second = new Page(server);
  await second.session.follow(first.session.id);

  await second.session.open("xor");
  await second.session.step();

  assert.equal(second.wire.count(/DELETE/), 0);
  assert.equal(await there(first.session.id), true);
});

test("an example that cannot be taken away does not disturb", async () => {
  const page = await opened("mazur");
  page.wire.instead.set(/DELETE/, () => Response.json({ detail: "no" }, { status: 500 }));

  await page.session.open("xor");
  await page.session.step();

  assert.equal(page.notice, "");
  await assertShows(page, 1);
});

test("the address of a session leads to its head, and names the example it was made from", async () => {
  const first = await opened("xor");
  first.store.set({ size: "phase" });
  await first.session.step();
  const second = new Page(server);

  await second.session.follow(first.session.id);

  await assertShows(second, 4);
  assert.equal(second.session.id, first.session.id);
  assert.equal(second.state.preset, "xor");
});

test("two pages at one session each have their own moment", async () => {
  const first = await opened("mazur");
  await first.session.step();
  await first.session.step();
  const second = new Page(server);
  await second.session.follow(first.session.id);

  await second.session.stepBack();

  await assertShows(first, 2);
  await assertShows(second, 1);
});

test("what is gone to right after a reset lies in the step that is laid out", async () => {
  const page = await opened("mazur");
  await page.session.runTo(40);

  await Promise.all([page.session.reset(), page.session.seek(38, 2)]);

  assert.equal(page.state.t, 0);
  assert.equal(page.state.step, 0);
});

test("what is gone to while another session is on its way is no moment of that", async () => {
  const other = await opened("mazur");
  await other.session.runTo(40);
  const page = await opened("mazur");
  await page.session.runTo(40);

  await Promise.all([page.session.follow(other.session.id, 5), page.session.seek(38, 2)]);

  assert.equal(page.session.id, other.session.id);
  assert.equal(page.state.t, 5);
  assert.equal(page.state.step, 0);
});

test("a number that is asked about while another network is on its way is asked only where that has it", async () => {
  const page = await opened("mazur");

  await Promise.all([page.session.open("one-neuron"), page.session.select(parseAddress("hidden1.W[0,1]"))]);

  assert.equal(page.state.selected && addressText(page.state.selected), "output.W[0,0]");
  assert.equal(page.notice, "");
});
