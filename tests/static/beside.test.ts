import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Beside } from "../../static/src/beside.ts";
import { Client } from "../../static/src/api/client.ts";
import type { Clock } from "../../static/src/motion.ts";
import { Page, Server, until, Wire } from "./server.ts";

const SPEC = {
  data: { dataset: "xor" },
  batch_size: 2,
  layers: [{ units: 3, activation: "tanh" }, { units: 1 }],
  loss: "mse",
  optimizer: { type: "sgd", learning_rate: 0.3 },
};
const TICKS = 17;
const server = new Server();
before(() => server.start());
after(() => server.stop());

/** A page with a copy of its run beside it, and the copy's own way to the server. */
async function twoRuns(): Promise<{ page: Page; beside: Beside; wire: Wire; stop: () => void }> {
  const page = new Page(server);
  await page.enter(SPEC);
  const wire = new Wire(server);
  const clock: Clock = {
    now: () => performance.now(),
    request: (callback) => void setTimeout(callback, 1),
    wait: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  };
  const beside = new Beside(new Client(wire.fetch), page.store, page.session, page.motion, clock);
  const stop = beside.start();
  await beside.keep();
  await until(() => beside.inStep);
  return { page, beside, wire, stop };
}

test("the other run is advanced a whole step at once, read afterwards, and the page's never touched", async () => {
  const { page, beside, wire, stop } = await twoRuns();
  const own = page.head.id ?? "";
  page.store.set({ size: "op" });

  for (let t = 1; t <= TICKS; t++) {
    await page.session.step();
    await until(() => beside.inStep && beside.other.t === t);
  }

  const advances = wire.asked.filter((asked) => asked.includes("/steps"));
  assert.equal(advances.length, 1);
  assert.equal(beside.other.head?.t, TICKS);
  assert.deepEqual(beside.other.frame?.tensors, page.state.frame?.tensors);
  assert.equal(wire.count(new RegExp(`POST .*${own}/(?!fork)`)), 0);
  stop();
});

test("of moments that pile up only the last is gone to", async () => {
  const { page, beside, wire, stop } = await twoRuns();
  await page.session.runTo(6 * TICKS);
  await until(() => beside.inStep);
  wire.asked.length = 0;
  const release = wire.hold(/frames/);

  for (const t of [5, 40, 60, 33]) await page.session.seek(t);
  release();
  await until(() => beside.inStep && beside.other.t === 33);

  const gone = new Set(wire.asked.map((asked) => /frames\/(\d+)/.exec(asked)?.[1]));
  assert.ok(!gone.has("40") && !gone.has("60"), [...gone].join());
  stop();
});

test("what the server did not answer in time is gone to when it does, also where the page stays", async () => {
  const { page, beside, wire, stop } = await twoRuns();
  wire.cut = true;
  await page.session.runTo(2 * TICKS);
  await until(() => beside.other.notice?.kind === "offline");

  wire.cut = false;
  await until(() => beside.inStep);

  assert.equal(beside.other.t, 2 * TICKS);
  assert.equal(beside.other.notice, null);
  stop();
});

test("a run that somebody else has moved is followed to where the page is", async () => {
  const { page, beside, wire, stop } = await twoRuns();
  const other = new Page(server);
  await other.session.follow(beside.id);
  await other.session.step();
  const asked = wire.asked.length;
  await page.session.runTo(2 * TICKS);
  await until(() => (beside.other.notice?.actions?.length ?? 0) > 0);

  page.store.set({ lit: null });
  await until(() => beside.other.notice !== null);
  assert.ok(wire.asked.length < asked + 5, "it is not asked for again and again");
  beside.other.notice?.actions?.[0]?.run();

  await until(() => beside.inStep);
  stop();
});

test("a run that the page itself enters is not beside it, and is read anew when the page has left it", async () => {
  const { page, beside, stop } = await twoRuns();
  const first = page.head.id ?? "";
  await page.session.step();
  await page.session.open("mazur");
  await beside.hold(first);
  await until(() => beside.inStep);

  await page.session.follow(first);
  assert.match(beside.other.notice?.text ?? "", /this very run/);
  await page.changes.edit({ tensor: "hidden1.W", index: [0, 0] }, "0.5");
  await page.session.open("mazur");
  await until(() => beside.inStep && beside.other.notice === null);

  assert.equal((beside.other.frame?.tensors["hidden1.W"]?.values as number[][])[0]?.[0], 0.5);
  stop();
});

test("a copy is deleted when it is let go of, an earlier session is not", async () => {
  const { page, beside, wire, stop } = await twoRuns();
  const copy = beside.id;
  const earlier = page.head.id ?? "";
  await page.session.step();
  await page.session.open("mazur");

  await beside.hold(earlier);
  await until(() => wire.count(new RegExp(`DELETE .*${copy}`)) === 1);
  await beside.letGo();

  assert.equal(page.state.beside, null);
  assert.equal(beside.other.head, null);
  assert.equal(wire.count(/DELETE/), 1);
  stop();
});
