import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { parseAddress, valueAt } from "../../static/src/core/numbers.ts";
import { Page, Server, until } from "./server.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

const WEIGHT = parseAddress("hidden1.W[0,1]");

/** Two pages on the same session, both at its ninth tick. */
async function two(): Promise<[Page, Page]> {
  const [page, other] = [new Page(server), new Page(server)];
  await page.session.open("mazur");
  for (let i = 0; i < 9; i++) await page.session.step();
  await other.session.follow(page.head.id ?? "");
  return [page, other];
}

const weight = (page: Page) => valueAt(page.state.frame ?? undefined, WEIGHT);

/** The page is told where the session is, and has done what it does then. */
async function heard(page: Page, other: Page): Promise<void> {
  page.session.moved(await other.headThere());
  await page.session.settled();
  await page.session.act(async () => undefined, false);
}

function choose(page: Page, name: string): void {
  const way = page.state.notice?.actions?.find((action) => action.name === name);
  assert.ok(way, `there is no way called ${name}`);
  way.run();
}

test("a second writer is told, nothing is changed, and it may follow", async () => {
  const [page, other] = await two();
  await other.changes.edit(WEIGHT, "0.7");
  await other.session.step();
  const { rev } = other.head;

  await page.changes.edit(WEIGHT, "0.1");

  assert.match(page.notice, /^news: Somebody else has moved this session on, so nothing was changed/);
  assert.equal((await page.headThere()).rev, rev);
  assert.equal(page.state.t, 9);
  choose(page, "Follow");
  await until(() => page.state.t === 10);
  assert.deepEqual({ ...page.state.frame?.tensors }, (await page.frameThere(10)).tensors);
  assert.equal(weight(page), 0.7);
  await page.changes.edit(WEIGHT, "0.1");
  assert.equal(weight(page), 0.1);
});

test("a second writer may go on in a copy, which stands where it stood and not where the other went", async () => {
  const [page, other] = await two();
  await other.changes.edit(WEIGHT, "0.7");
  const [{ tensors } = { tensors: {} }, { id }] = [page.state.frame ?? undefined, page.head];

  await page.session.step();
  choose(page, "Go on in a copy");
  await until(() => page.head.id !== id && page.state.frame !== null);

  assert.equal(page.state.t, 9);
  assert.deepEqual(page.state.frame?.tensors, tensors);
  await page.changes.edit(WEIGHT, "0.1");
  assert.equal(weight(page), 0.1);
  assert.equal((await other.headThere()).rev, other.head.rev, "the other's session is untouched");
});

test("a page that only looks goes along when the session is moved elsewhere, and says so once", async () => {
  const [page, other] = await two();
  await other.session.step();

  page.session.moved(await other.headThere());
  await until(() => page.state.t === 10);

  assert.match(page.notice, /^news: This session is being moved elsewhere too/);
  page.store.set({ notice: null });
  await other.session.step();
  page.session.moved(await other.headThere());
  await until(() => page.state.t === 11);
  assert.equal(page.notice, "");
});

test("a page that looks at the past stays there, and sees what became of it", async () => {
  const [page, other] = await two();
  await page.session.seek(6);
  await other.changes.edit(WEIGHT, "0.7");

  page.session.moved(await other.headThere());
  await until(() => weight(page) === 0.7);

  assert.equal(page.state.t, 6);
  assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(6)).tensors);
  await until(() => page.notice !== "");
  assert.match(page.notice, /moved elsewhere too. The moment that you look at stays/);
});

test("a page that looks at the past sees what became of it, also where that is trained on by now", async () => {
  const [page, other] = await two();
  await page.session.seek(6);
  await other.changes.edit(WEIGHT, "0.7");
  await other.training.begin({ amount: "1000000", unit: "steps", below: "" });

  await heard(page, other);
  assert.equal(page.head.status, "running");
  assert.equal(weight(page), 0.7);
  await page.session.seek(7);
  assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(7)).tensors);

  await other.training.cancel();
  await until(() => other.state.run?.status === "cancelled");
  await other.changes.edit(WEIGHT, "0.3");
  await other.session.reset();
  await other.session.step();
  await heard(page, other);
  assert.equal(page.state.t, 1);
  assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(1)).tensors);
});

test("a page that plays stops when somebody else moves the session, and asks", async () => {
  const [page, other] = await two();
  page.session.play();
  await until(() => page.state.t > 11);

  for (let tries = 0; tries < 50 && page.state.playing; tries++) {
    await other.session.follow(page.head.id ?? "");
    await other.session.step();
    page.session.moved(await other.headThere());
    await new Promise((resolve) => setTimeout(resolve, 20));
  }

  assert.equal(page.state.playing, false);
  assert.match(page.notice, /^news: Somebody else has moved this session on/);
  choose(page, "Follow");
  await until(() => page.state.t === other.head.t);
  assert.equal(page.notice, "");
});

test("who was stopped while playing is asked until they choose, however often the session is moved elsewhere", async () => {
  const [page, other] = await two();
  page.session.play();
  await until(() => page.state.t > 10);
  page.session.pause();
  await page.session.settled();
  await other.session.follow(page.head.id ?? "");
  page.session.play();
  await other.session.step();
  page.session.moved(await other.headThere());
  await until(() => !page.state.playing && page.notice !== "");
  const { t } = page.state;

  for (let times = 0; times < 3; times++) {
    await other.session.step();
    await heard(page, other);
    assert.match(page.notice, /^news: Somebody else has moved this session on/);
    assert.equal(page.state.t, t);
  }

  choose(page, "Follow");
  await until(() => page.state.t === other.head.t);
  await other.session.step();
  page.session.moved(await other.headThere());
  await until(() => page.state.t === other.head.t);
});

test("who plays and is refused because somebody else was faster does not play on against that", async () => {
  const [page, other] = await two();
  await other.session.step();

  page.session.play();
  await until(() => page.notice !== "");
  assert.match(page.notice, /^news: Somebody else has moved this session on/);
  const asked = page.wire.count(/POST .*steps/);
  for (let acts = 0; acts < 5; acts++) await page.session.act(async () => undefined, false);

  assert.equal(page.state.playing, false);
  assert.equal(page.wire.count(/POST .*steps/), asked);
});

test("what the server says of a command of one's own whose answer was lost is no news either", async () => {
  const [page, other] = await two();
  const told: string[] = [];
  page.store.watch(() => told.push(page.notice));
  page.wire.deaf = /POST .*steps/;

  await page.session.step();
  await heard(page, other);
  page.wire.deaf = null;
  await until(() => page.state.notice?.kind === "news");

  assert.match(page.notice, /may have been done/);
  assert.ok(!told.some((text) => text.includes("elsewhere")));
});

test("what the server says of a command of one's own is no news", async () => {
  const [page] = await two();
  await page.session.step();

  page.session.moved(await page.headThere());
  await page.session.seek(10);

  assert.equal(page.notice, "");
});
