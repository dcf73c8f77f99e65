import assert from "node:assert/strict";
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
