import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import type { Frame } from "../../static/src/api/types.ts";
import { parseAddress, valueAt } from "../../static/src/core/numbers.ts";
import { Page, Server, until } from "./server.ts";
import { plainText } from "./plain.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

const WEIGHT = parseAddress("hidden1.W[0,1]");
const TICKS = 15;

async function opened(preset: string, steps = 0): Promise<Page> {
  const page = new Page(server);
  await page.session.open(preset);
  for (let i = 0; i < steps; i++) await page.session.step();
  return page;
}

const weight = (page: Page) => valueAt(page.state.frame ?? undefined, WEIGHT);
const rate = (page: Page) => page.state.spec?.optimizer.learning_rate;
const canUndo = (page: Page) => page.state.undo.past.length > 0;
const canRedo = (page: Page) => page.state.undo.future.length > 0;
const changesAsked = (page: Page) => page.wire.count(/PATCH|rewind/);

/** What is shown is what the server has for this moment, and the moments before it are too. */
async function assertShows(page: Page, t: number): Promise<Frame["tensors"]> {
  const there = await page.frameThere(t);
  assert.equal(page.state.t, t);
  assert.deepEqual({ ...page.state.frame, session: 0 }, { ...there, session: 0 });
  return there.tensors;
}

test("a weight that is typed inside a step shows its consequence at the same tick", async () => {
  const page = await opened("mazur", 9);
  const before = page.state.frame?.tensors;

  await page.changes.edit(WEIGHT, "0.7");

  assert.equal(weight(page), 0.7);
  const now = await assertShows(page, 9);
  assert.notDeepEqual(now["output.da"], before?.["output.da"]);
  assert.equal(page.head.t, 9);
  await page.session.stepBack();
  await assertShows(page, 8);
});

test("undo and redo of an edit show the same numbers each time, as often as one likes", async () => {
  const page = await opened("mazur", 9);
  const before = page.state.frame?.tensors;
  await page.changes.edit(WEIGHT, "0.7");
  const edited = page.state.frame?.tensors;

  for (let times = 0; times < 2; times++) {
    await page.changes.undo();
    assert.deepEqual(await assertShows(page, 9), before);
    assert.deepEqual([canUndo(page), canRedo(page)], [false, true]);
    await page.changes.redo();
    assert.deepEqual(await assertShows(page, 9), edited);
    assert.deepEqual([canUndo(page), canRedo(page)], [true, false]);
  }
});

test("an edit behind the head is made at the cursor, and undo brings back what had run", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "batch" });
  for (let i = 0; i < 3; i++) await page.session.step();
  const { state_sha256 } = page.head;
  await page.session.seek(20);

  await page.changes.edit(WEIGHT, "-1.5");
  assert.equal(page.head.t, 20);
  assert.equal(weight(page), -1.5);
  await assertShows(page, 20);
  await page.changes.undo();

  await assertShows(page, 20);
  assert.equal(page.head.t, 3 * TICKS);
  assert.equal(page.head.state_sha256, state_sha256);
});

test("an edit at the end of a step makes that step again, from the typed value on", async () => {
  const page = await opened("mazur", TICKS);
  const { loss } = page.head;

  await page.changes.edit(WEIGHT, "0.7");

  const { "hidden1.uW": update } = await assertShows(page, TICKS);
  assert.equal(page.state.frame?.phase, "update");
  assert.equal(weight(page), 0.7 + (update?.values as number[][])[0]![1]!);
  assert.notEqual(page.head.loss, loss);
  await page.session.step();
  await assertShows(page, TICKS + 1);
});

test("the value that a step began with is the one that is changed: typed again after its update it is no change", async () => {
  const page = await opened("mazur", TICKS);

  await page.changes.edit(WEIGHT, "0.2");

  assert.equal(changesAsked(page), 0);
});

test("a learning rate that was given at the end of a step outlasts an edit there", async () => {
  const page = await opened("mazur", TICKS);
  const update = page.state.frame?.tensors["hidden1.uW"];

  await page.changes.settle("learning_rate", "0.25");
  await page.changes.edit(WEIGHT, "0.2000001");

  assert.equal(rate(page), 0.25);
  const again = (await assertShows(page, TICKS))["hidden1.uW"];
  const size = (values: unknown) => Math.abs((values as number[][])[0]![1]!);
  assert.ok(
    Math.abs(size(again?.values) / size(update?.values) - 1) < 1e-3,
    "it was made with the rate of then",
  );
  await page.changes.undo();
  assert.equal(rate(page), 0.25);
  assert.equal(weight(page), 0.2 + (update?.values as number[][])[0]![1]!);
});

test("an edit before a step has begun shows the step to come, and says so", async () => {
  const page = await opened("mazur", TICKS);
  page.store.set({ size: "batch" });
  await page.session.stepBack();

  await page.changes.edit(WEIGHT, "0.7");

  await assertShows(page, 0);
  assert.equal(page.state.frame?.phase, null);
  assert.match(plainText(page.state.sentence), /^Ready\. First, hidden1:/);
});

test("what is no number changes nothing, and is said at its field", async () => {
  const page = await opened("mazur", 3);

  for (const typed of ["", "abc", "1e999"]) {
    await page.changes.edit(WEIGHT, typed);
    assert.deepEqual(page.state.wrong, { field: "hidden1.W[0,1]", text: "Expected a number." });
  }
  assert.equal(changesAsked(page), 0);
  await page.changes.edit(WEIGHT, "0.5");

  assert.equal(page.state.wrong, null);
  assert.equal(weight(page), 0.5);
});

test("what the server refuses of a field is said there in its words, and changes nothing", async () => {
  const page = await opened("mazur", 3);

  await page.changes.settle("learning_rate", "-1");

  await until(() => page.state.building.refused !== null);
  assert.equal(page.state.building.refused?.control, "/optimizer/learning_rate");
  assert.match(page.state.building.refused?.text ?? "", /at least 0/);
  assert.equal(page.notice, "");
  assert.equal(canUndo(page), false);
  assert.equal(rate(page), 0.5);
});

test("the value that stands there already is no change", async () => {
  const page = await opened("mazur", 3);

  await page.changes.edit(WEIGHT, String(weight(page)));
  await page.changes.settle("learning_rate", "0.5");

  assert.equal(changesAsked(page), 0);
  assert.equal(canUndo(page), false);
});

test("another learning rate is taken from here on, and undone and redone with what it did", async () => {
  const page = await opened("mazur", 9);

  await page.changes.settle("learning_rate", "0.25");
  assert.equal(rate(page), 0.25);
  await assertShows(page, 9);
  page.store.set({ size: "batch" });
  await page.session.step();
  const { state_sha256 } = page.head;
  await page.changes.undo();

  assert.equal(rate(page), 0.5);
  await assertShows(page, 9);
  await page.session.step();
  assert.notEqual(page.head.state_sha256, state_sha256);
  await page.changes.redo();
  assert.equal(rate(page), 0.25);
  await assertShows(page, TICKS);
  assert.equal(page.head.state_sha256, state_sha256);
});

test("a learning rate that is changed behind the head holds from the cursor on", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "batch" });
  await page.session.step();
  const { state_sha256 } = page.head;
  await page.session.seek(9);

  const before = page.head.rev;
  await page.changes.settle("learning_rate", "0.25");
  assert.equal(page.head.t, 9);
  assert.equal(page.head.rev, before + 1);
  await page.changes.undo();

  assert.equal(page.head.t, TICKS);
  assert.equal(page.head.state_sha256, state_sha256);
});

test("a reset can be undone too, and a new change leaves what was undone", async () => {
  const page = await opened("mazur", 9);

  await page.session.reset();
  await page.changes.undo();
  await assertShows(page, 9);
  assert.equal(canRedo(page), true);
  await page.changes.edit(WEIGHT, "0.1");

  assert.equal(canRedo(page), false);
});

test("a reset to before a change shows the settings of then", async () => {
  const page = await opened("mazur", 9);
  await page.changes.settle("learning_rate", "0.25");

  await page.session.reset();

  assert.equal(rate(page), 0.5);
});

test("a number inside another goes with the rest of it, and the one that there need not be can be taken away", async () => {
  const page = await opened("moons", 2);
  await page.learnCatalog();
  const optimizer = () => page.state.spec?.optimizer as unknown as Record<string, unknown>;

  await page.changes.settle("betas.1", "0.99");
  assert.deepEqual(optimizer()["betas"], [0.9, 0.99]);
  await page.changes.settle("clip_norm", "1.5");
  assert.equal(optimizer()["clip_norm"], 1.5);
  await page.changes.settle("clip_norm", "");

  assert.equal(optimizer()["clip_norm"], null);
  await page.changes.settle("learning_rate", "");
  assert.equal(page.state.wrong?.text, "Expected a number.");
  await page.changes.settle("betas.1", "1");
  assert.equal(page.state.wrong?.text, "Expected a number at least 0 and below 1.");
});

test("what was undone and done again is told, with what is so now", async () => {
  const page = await opened("mazur", 9);
  await page.learnCatalog();
  await page.changes.settle("learning_rate", "0.25");
  await page.changes.edit(WEIGHT, "0.7");
  await page.changes.edit(parseAddress("input.a[0,1]"), "0.9");
  await page.session.reset();
  assert.equal(page.state.restored, null);

  const told = [];
  for (let i = 0; i < 4; i++) {
    await page.changes.undo();
    told.push(page.state.restored);
  }
  for (let i = 0; i < 2; i++) {
    await page.changes.redo();
    told.push(page.state.restored);
  }

  assert.deepEqual(
    told.map((one) => Object.values(one ?? {})),
    [
      ["undone", null, null],
      ["undone", "input.a[0,1]", 0.1],
      ["undone", "hidden1.W[0,1]", 0.2],
      ["undone", "learning rate", 0.5],
      ["redone", "learning rate", 0.25],
      ["redone", "hidden1.W[0,1]", 0.7],
    ],
  );
  await page.changes.edit(WEIGHT, "0.1");
  assert.equal(page.state.restored, null, "it is over with the next change");
});

test("another example has nothing to undo", async () => {
  const page = await opened("mazur", 2);
  await page.changes.edit(WEIGHT, "0.7");

  await page.session.open("xor");

  assert.equal(canUndo(page), false);
});

test("a change while playing stops it, and is made in the order in which things were asked for", async () => {
  const page = await opened("mazur");
  page.session.play();
  await page.session.step();
  page.session.play();

  await page.changes.edit(WEIGHT, "0.7");

  assert.equal(page.state.playing, false);
  assert.equal(page.notice, "");
  await assertShows(page, page.state.t);
  assert.equal(page.head.t, page.state.t);
});

test("a number that is typed while a network without it is on its way changes nothing there", async () => {
  const page = new Page(server);
  await page.session.open("simple-nn");
  const row = { tensor: "input.a", index: [3, 0] };

  await Promise.all([page.session.open("one-neuron"), page.changes.edit(row, "0.5")]);

  assert.equal(page.state.own, null);
  assert.equal(page.head.rev, 0);
  assert.equal(page.state.wrong, null);
});
