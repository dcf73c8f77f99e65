import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { type Address, valueAt } from "../../static/src/core/numbers.ts";
import { Page, Server, until } from "./server.ts";

const STEPS = /POST .*\/steps/;
const server = new Server();
before(() => server.start());
after(() => server.stop());

async function opened(preset: string, speed = 4): Promise<Page> {
  const page = new Page(server);
  await page.session.open(preset);
  page.store.set({ speed });
  return page;
}

/** A page whose head is a whole step ahead of what it shows. */
async function behind(preset: string): Promise<Page> {
  const page = await opened(preset);
  page.store.set({ size: "batch" });
  await page.session.step();
  await page.session.seek(0);
  page.store.set({ size: "op" });
  return page;
}

/** Long enough for a few beats. */
const beats = () => new Promise((resolve) => setTimeout(resolve, 60));

test("playing shows one moment after the other, each with the server's numbers", async () => {
  const page = await opened("mazur");

  page.session.play();
  await until(() => page.state.t >= 20);
  page.session.pause();
  await beats();

  const { t } = page.state;
  assert.deepEqual(
    page.shown,
    Array.from({ length: t + 1 }, (_, i) => i),
  );
  assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(t)).tensors);
});

test("the head runs ahead of what is shown, to the end of a step", async () => {
  const page = await opened("mazur");

  page.session.play();
  await until(() => page.state.t >= 2);

  assert.equal(page.head.t, 15);
  page.session.pause();
});

test("paused, it stays where it is", async () => {
  const page = await opened("mazur");
  page.session.play();
  await until(() => page.state.t >= 3);

  page.session.pause();
  await page.session.select({ tensor: "output.W", index: [0, 1] });
  const { t } = page.state;
  await beats();

  assert.equal(page.state.playing, false);
  assert.equal(page.state.t, t);
});

test("paused before its turn has come, it does not move at all", async () => {
  const page = await opened("mazur");
  const release = page.wire.hold(/explanations/);
  const asking = page.session.select({ tensor: "output.W", index: [0, 1] });

  page.session.play();
  page.session.pause();
  release();
  await asking;
  await beats();

  assert.deepEqual(page.shown, [0]);
});

test("moving by hand pauses", async () => {
  const moves = [
    (page: Page) => page.session.step(),
    (page: Page) => page.session.stepBack(),
    (page: Page) => page.session.seek(1),
    (page: Page) => page.session.reset(),
    (page: Page) => page.session.open("xor"),
  ];

  for (const move of moves) {
    const page = await opened("mazur");
    page.session.play();
    await until(() => page.state.t >= 2);
    await move(page);
    const { t } = page.state;
    await beats();

    assert.equal(page.state.playing, false);
    assert.equal(page.state.t, t);
  }
});

test("pressed twice at once, it plays once: no moment is passed over", async () => {
  const page = await opened("mazur");

  page.session.play();
  page.session.pause();
  page.session.play();
  page.session.play();
  await until(() => page.state.t >= 8);
  page.session.pause();
  await beats();

  assert.deepEqual(
    page.shown,
    Array.from({ length: page.state.t + 1 }, (_, i) => i),
  );
});

test("playing does not wait for what it fetches ahead", async () => {
  const page = await behind("mazur");
  const release = page.wire.hold(STEPS);

  page.session.play();
  await until(() => page.state.t === 15);
  await beats();

  assert.equal(page.state.t, 15, "as far as the head was known to be");
  assert.equal(page.wire.count(STEPS), 2, "one step is fetched at a time");
  release();
  await until(() => page.state.t > 15);
  page.session.pause();
});

test("reset while the next step is being fetched leaves the session at its beginning", async () => {
  const page = await behind("mazur");
  const release = page.wire.hold(STEPS);
  page.session.play();
  await until(() => page.wire.count(STEPS) === 2);

  const reset = page.session.reset();
  await beats();
  release();
  await reset;
  await beats();

  assert.equal(page.state.t, 0);
  assert.equal(page.head.t, 0);
  assert.equal((await page.headThere()).t, 0);
});

test("an example opened while the next step is being fetched is not mixed with the one before", async () => {
  const page = await behind("mazur");
  const release = page.wire.hold(/frames\/16$/);
  page.session.play();
  await until(() => page.wire.count(/frames\/16$/) === 1);
  const before = page.head.id;

  page.store.set({ size: "batch" });
  const moves = [page.session.open("xor"), page.session.step(), page.session.step()];
  await beats();
  release();
  await Promise.all(moves);
  await beats();

  assert.notEqual(page.head.id, before);
  assert.equal(page.head.t, 34);
  for (const t of [17, 18, 34]) {
    await page.session.seek(t);
    assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(t)).tensors);
  }
});

test("a late answer about the head does not overwrite a newer one", async () => {
  const page = await behind("mazur");
  const [stale] = [page.head];
  await page.session.seek(15);
  const steps = { session: { ...stale, rev: 0, t: 3 }, ticks: [] };
  page.wire.instead.set(STEPS, () => Response.json(steps));

  await page.session.step();

  assert.deepEqual(page.head, stale);
});

test("playing by steps and by epochs leads as far as a step of that size", async () => {
  for (const [size, ticks] of [
    ["batch", 17],
    ["epoch", 68],
  ] as const) {
    // prettier-ignore
    const page = await opened("xor");
    page.store.set({ size });

    page.session.play();
    await until(() => page.state.t >= 3 * ticks);
    page.session.pause();
    await beats();

    assert.ok(page.shown.every((t) => t % ticks === 0));
  }
});

test("without a session there is nothing to play", async () => {
  const page = new Page(server);

  page.session.play();
  await beats();

  assert.equal(page.state.playing, false);
  assert.deepEqual(page.wire.asked, []);
});

test("a motion while playing is over before the next moment", async () => {
  const page = await opened("mazur", 30);
  const lengths: number[] = [];
  const go = page.motion.go.bind(page.motion);
  page.motion.go = (from, to, length) => {
    lengths.push(length);
    go(from, to, length);
  };

  page.session.play();
  await until(() => page.state.t >= 4);
  page.session.pause();
  await page.session.step();

  assert.ok(lengths.slice(0, 4).every((length) => length <= 1000 / 30));
  assert.equal(lengths.at(-1), 400);
});

test("playing fast asks for no formula, and where it pauses the number is explained as anywhere", async () => {
  const page = await opened("xor", 30);
  page.store.set({ size: "batch" });
  const asked = page.wire.count(/explanations/);

  page.session.play();
  await until(() => page.state.t >= 5 * 17);

  assert.deepEqual([page.state.explained], [null]);
  assert.equal(page.wire.count(/explanations/), asked);
  const loss = page.state.sentence.find((part) => typeof part !== "string");
  assert.deepEqual(loss, {
    value: page.state.frame?.tensors["loss.value"]?.values,
    address: { tensor: "loss.value", index: [] },
  });
  page.session.pause();
  await until(() => page.state.explained !== null);
  const { t, explained, selected } = page.state;
  assert.equal(t % 17, 0);
  assert.equal(explained?.value, valueAt(await page.frameThere(t), selected as Address));
});
