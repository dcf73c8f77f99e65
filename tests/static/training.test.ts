import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { short } from "../../static/src/core/numbers.ts";
import { Page, Server, until } from "./server.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

test("a run is followed to its end, also by who has left it and come back", async () => {
  const page = new Page(server);
  await page.session.open("circle");
  const { id } = page.head;
  assert.ok(await page.training.begin({ amount: "1000000", unit: "steps", below: "" }));
  const { run } = page.state;
  assert.equal(run?.status, "running");

  await page.session.open("mazur");
  assert.equal(page.state.run, null);
  await page.session.follow(id ?? "");
  await new Promise((resolve) => setTimeout(resolve, 50)); // by then nobody asks for it any more
  page.training.watch(run as NonNullable<typeof run>); // as the server tells by itself
  const asked = page.wire.count(/GET .*runs/);
  await until(() => page.wire.count(/GET .*runs/) > asked + 1);
  await page.training.cancel();

  await until(() => page.state.run?.status === "cancelled");
  // A page that asks a server which has gone asks on for ever.
  await until(() => page.state.head?.status === "ready" && page.state.t === page.session.reached);
});

test("that training ended because the loss is no number any more is said, and looking back takes it away", async () => {
  const page = new Page(server);
  await page.session.open("rate-too-high");

  assert.ok(await page.training.begin({ amount: "100000", unit: "steps", below: "" }));

  await until(() => page.state.run?.status === "diverged");
  await until(() => page.state.head?.status === "diverged" && page.state.t === page.session.reached);
  const last = Math.floor(page.session.reached / 9) - 1;
  assert.equal(
    page.state.notice?.text,
    `Training has stopped: the loss of step ${last} is no finite number. Rewind, or start again with a smaller learning rate.`,
  );
  await page.session.stepBack();
  assert.equal(page.state.notice, null);
});

for (const [below, amount, words] of [
  [
    "0.2",
    "100000",
    /^news: Training has come to the loss that was wanted: that of step (\d+) is (\S+), below 0\.2\.$/,
  ],
  ["0.01", "3", /^news: Training has ended before the loss was below 0\.01: that of step (\d+) is (\S+)\.$/],
] as const)
  test(`how training to a loss below ${below} came out is said with step and loss`, async () => {
    const page = new Page(server);
    await page.session.open("mazur");

    assert.ok(await page.training.begin({ amount, unit: "steps", below }));

    await until(() => page.state.run?.status === "done");
    await until(() => page.state.head?.status === "ready" && page.state.t === page.session.reached);
    const [, step, loss] = words.exec(page.notice) ?? assert.fail(page.notice);
    const head = await page.headThere();
    assert.equal(Number(step), head.step - 1);
    assert.equal(loss, short(Number(head.loss)));
  });

test("training that was to end at no loss ends without a word", async () => {
  const page = new Page(server);
  await page.session.open("mazur");

  assert.ok(await page.training.begin({ amount: "3", unit: "steps", below: "" }));

  await until(() => page.state.run?.status === "done");
  await until(() => page.state.head?.status === "ready" && page.state.t === page.session.reached);
  assert.equal(page.notice, "");
});

const LONG = { amount: "1000000", unit: "steps", below: "" } as const;

function refusal(status: number, code: string): Response {
  const type = "application/problem+json";
  const problem = {
    type: "",
    title: code,
    status,
    code,
    detail: `It is ${code}`,
    errors: [],
    request_id: "",
  };
  return new Response(JSON.stringify(problem), { status, headers: { "Content-Type": type } });
}

async function training(there = server): Promise<Page> {
  const page = new Page(there);
  await page.session.open("circle");
  assert.ok(await page.training.begin(LONG));
  return page;
}

test("a run about which the server has no time to answer goes on, and is followed", async () => {
  const page = await training();
  page.wire.instead.set(/GET .*runs/, () => refusal(429, "rate_limited"));
  const asked = page.wire.count(/GET .*runs/);

  await until(() => page.wire.count(/GET .*runs/) > asked + 2);
  assert.equal(page.state.run?.status, "running");
  page.wire.instead.clear();
  const { done } = page.state.run;
  await until(() => (page.state.run?.done ?? 0) > done);

  await page.training.cancel();
  await until(() => page.state.run?.status === "cancelled");
});

test("a run that cannot be asked about says so, and ends as was wanted when the server is back", async () => {
  const page = await training();
  page.wire.cut = true;

  await page.training.cancel();
  assert.match(page.notice, /^offline/);
  assert.equal(page.state.run?.status, "running");
  page.wire.cut = false;
  await until(() => page.state.run?.status === "cancelled" && page.notice === "");

  assert.equal((await page.headThere()).status, "ready");
});

test("that a run is not ended is said in the server's words", async () => {
  const page = await training();
  page.wire.instead.set(/DELETE .*runs/, () => refusal(503, "at_capacity"));

  await page.training.cancel();

  assert.equal(page.notice, "refused: It is at_capacity");
  assert.equal(page.state.run?.status, "running");
  page.wire.instead.clear();
  await page.training.cancel();
  assert.equal(page.state.run?.status, "cancelled");
});

test("what is told late of a run that has ended does not bring it back", async () => {
  const page = await training();
  const { run } = page.state;
  await page.training.cancel();
  await until(() => page.state.run?.status === "cancelled");
  await new Promise((resolve) => setTimeout(resolve, 50)); // by then nobody asks for it any more

  page.training.watch(run as NonNullable<typeof run>);

  assert.equal(page.state.run?.status, "cancelled");
});

test("that a run ended with its server is said, and the session goes on from what was kept", async () => {
  const folder = await mkdtemp(join(tmpdir(), "backscope-"));
  const lasting = await new Server({ BACKSCOPE_STORE: join(folder, "sessions.db") }).start();
  try {
    const page = await training(lasting);
    await until(() => page.session.reached > 0);

    await lasting.stop("SIGKILL");
    await until(() => page.notice.startsWith("offline"));
    await lasting.start();
    await until(() => page.state.run === null && page.notice.startsWith("news"));

    assert.match(page.notice, /started anew, which has ended the training/);
    assert.equal(page.head.status, "ready");
    assert.deepEqual(page.head, await page.headThere());
    const { t } = page.state;
    assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(t)).tensors);
    await page.session.step();
    assert.equal(page.state.t, t + 1);
  } finally {
    await lasting.stop();
    await rm(folder, { recursive: true });
  }
});

for (const [what, act] of [
  ["a step", (page: Page) => page.session.step()],
  ["an edit", (page: Page) => page.changes.edit({ tensor: "hidden1.b", index: [0] }, "0.25")],
] as const)
  test(`${what} that is asked for when training has ended, before the page has heard of that, is made after it`, async () => {
    const page = new Page(server);
    await page.session.open("mazur");
    const release = page.wire.hold(/GET .*runs/);
    assert.ok(await page.training.begin({ amount: "3", unit: "steps", below: "" }));
    while ((await page.headThere()).status === "running");

    await act(page);

    assert.equal(page.notice, "");
    const { t, rev } = await page.headThere();
    assert.equal(page.state.t, t);
    assert.equal(page.head.rev, rev);
    assert.equal(t, what === "a step" ? 46 : 45);
    assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(t)).tensors);
    release();
    await until(() => page.state.run?.status === "done");
  });
