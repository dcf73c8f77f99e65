import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { type Address, parseAddress, valueAt } from "../../static/src/core/numbers.ts";
import { settingsOf } from "../../static/src/core/settings.ts";
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

const value = (page: Page, address: Address = WEIGHT) => valueAt(page.state.frame ?? undefined, address);
const changes = (page: Page) => page.wire.count(/PATCH|PUT|DELETE|rewind/);

const own = (page: Page) => page.state.own;

/** Drag a number so many pixels, and wait until what is shown is what the hand means. */
async function drag(page: Page, pixels: number, address: Address = WEIGHT): Promise<void> {
  page.touch.take({ address }, 0);
  await move(page, pixels);
}

async function move(page: Page, to: number): Promise<void> {
  page.touch.move(to, "plain");
  await until(() => page.touch.meant !== null);
  page.touch.move(to, "plain");
  await until(() => page.state.preview?.value === page.touch.meant?.value, "the preview of what is meant");
}

/** What is shown, but for what does not tell of the frame. */
const shown = (page: Page) => {
  const { frame, sample, selected, own, sentence, explained, preview, t } = page.state;
  return { frame, sample, selected, own, sentence, explained, preview, t };
};

test("while a weight is dragged its consequence is shown, and the head stays where it is", async () => {
  const page = await opened("mazur", 9);
  const before = { ...shown(page), head: await page.headThere() };

  await drag(page, 50);

  assert.equal(value(page), 0.7);
  assert.equal(page.state.preview?.before, 0.2);
  assert.notDeepEqual(page.state.frame?.tensors["output.da"], before.frame?.tensors["output.da"]);
  assert.deepEqual(await page.headThere(), before.head);
  const loss = (frame: typeof before.frame) =>
    valueAt(frame ?? undefined, { tensor: "loss.value", index: [] });
  assert.match(
    plainText(page.state.sentence),
    /^hidden1\.W\[0,1\] = 0\.7 instead of 0\.2 → loss 0\.\d+ instead of 0\.2984\.$/,
  );
  assert.notEqual(loss(page.state.frame), loss(before.frame));
  assert.equal(changes(page), 0);
});

test("let go it is one command, at the same tick, with the numbers that were previewed", async () => {
  const page = await opened("mazur", 9);
  await drag(page, 20);
  await move(page, 50);
  const previewed = page.state.frame?.tensors;

  await page.touch.drop();

  assert.equal(page.state.preview, null);
  assert.equal(changes(page), 1);
  assert.equal(page.state.t, 9);
  assert.equal(page.head.t, 9);
  assert.deepEqual(page.state.frame?.tensors, previewed);
  assert.deepEqual((await page.frameThere(9)).tensors, previewed);
});

test("at the end of a step too what is let go is what was previewed: the step is made again from the dragged value", async () => {
  const page = await opened("mazur", TICKS);

  await drag(page, 30);
  const previewed = page.state.frame?.tensors;
  assert.equal(page.state.preview?.before, 0.2);
  assert.match(
    plainText(page.state.sentence),
    /^hidden1\.W\[0,1\] = 0\.5 instead of 0\.2 at the step's start → loss/,
  );
  await page.touch.drop();

  assert.equal(page.state.t, TICKS);
  assert.deepEqual(page.state.frame?.tensors, previewed);
});

test("given up everything is as it was, and nothing was commanded", async () => {
  const page = await opened("mazur", 9);
  const before = shown(page);
  await drag(page, 50);

  page.touch.cancel();

  assert.deepEqual(shown(page), before);
  assert.equal(changes(page), 0);
  await page.session.step();
  assert.equal(page.state.t, 10);
});

test("dragged there and back it is the number that was there, and letting go commands nothing", async () => {
  const page = await opened("mazur", 9);
  const before = shown(page);
  await drag(page, 50);

  page.touch.move(0, "plain");
  await until(() => page.state.preview === null);
  assert.deepEqual(shown(page), before);
  await page.touch.drop();

  assert.equal(changes(page), 0);
  assert.equal(page.state.undo.past.length, 0);
});

test("one preview is under way at a time, and the newest value is next", async () => {
  const page = await opened("mazur", 9);
  await drag(page, 10);
  const asked = page.wire.count(/previews/);
  const release = page.wire.hold(/previews/);

  for (let at = 11; at <= 60; at++) page.touch.move(at, "plain");
  assert.equal(page.wire.count(/previews/), asked + 1);
  release();
  await until(() => page.state.preview?.value === 0.8);

  assert.equal(page.wire.count(/previews/), asked + 2);
});

test("an answer that comes after the hand has let go is not shown", async () => {
  const page = await opened("mazur", 9);
  await drag(page, 10);
  const release = page.wire.hold(/previews/);
  page.touch.move(60, "plain");
  const before = shown(page);

  page.touch.cancel();
  const after = shown(page);
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));

  assert.notDeepEqual(after, before);
  assert.deepEqual(shown(page), after);
});

test("a hand that lets go before anything was shown still has its way", async () => {
  const page = await opened("mazur", 9);

  page.touch.take({ address: WEIGHT }, 0);
  page.touch.move(50, "plain");
  await page.touch.drop();

  assert.equal(value(page), 0.7);
  assert.equal(changes(page), 1);
});

test("taking a number while it plays ends the playing first", async () => {
  const page = await opened("mazur");
  page.session.play();
  await page.session.step();
  page.session.play();

  await drag(page, 50);
  assert.equal(page.state.playing, false);
  await page.touch.drop();

  assert.equal(page.head.t, page.state.t);
  assert.equal(page.notice, "");
});

test("behind the head the change is made at the cursor, and undone with all that had run", async () => {
  const page = await opened("mazur");
  page.store.set({ size: "batch" });
  for (let i = 0; i < 3; i++) await page.session.step();
  const { state_sha256 } = page.head;
  await page.session.seek(20);

  await drag(page, 50);
  assert.equal(page.head.t, 3 * TICKS);
  await page.touch.drop();
  assert.equal(page.head.t, 20);
  await page.changes.undo();

  assert.equal(page.head.state_sha256, state_sha256);
});

test("undo takes back one drag at a time", async () => {
  const page = await opened("mazur", 9);
  for (const pixels of [10, 30]) {
    await drag(page, pixels);
    await page.touch.drop();
  }

  assert.equal(value(page), 0.6);
  await page.changes.undo();
  assert.equal(value(page), 0.3);
  await page.changes.undo();
  assert.equal(value(page), 0.2);
});

test("while somebody types, each value is tried, and what is typed last is the one command", async () => {
  const page = await opened("mazur", 9);
  const handle = { address: WEIGHT };

  for (const typed of [0, 0.7, 0.75]) page.touch.try(handle, typed);
  await until(() => page.state.preview?.value === 0.75);
  assert.equal(page.state.preview?.typed, true);
  assert.equal(value(page), 0.75);
  assert.equal(changes(page), 0);
  await page.touch.commit(handle, "0.75");

  assert.equal(changes(page), 1);
  assert.equal(value(page), 0.75);
  assert.equal(page.state.preview, null);
});

test("what is no number leaves nothing of what was tried", async () => {
  const page = await opened("mazur", 9);
  const before = shown(page);
  page.touch.try({ address: WEIGHT }, 0.7);
  await until(() => page.state.preview !== null);

  await page.touch.commit({ address: WEIGHT }, "");

  assert.deepEqual(shown(page), before);
  assert.equal(page.state.wrong?.text, "Expected a number.");
});

test("what the server refuses of a preview ends the drag, and is said at the number in its words", async () => {
  const page = await opened("mazur", 9);
  const before = shown(page);
  await drag(page, 50);
  const refusal = { detail: "edits[0].value: expected less", status: 422, code: "invalid_request" };
  page.wire.instead.set(/previews/, () => Response.json(refusal, { status: 422 }));

  page.touch.move(60, "plain");
  await until(() => page.state.wrong !== null);

  assert.deepEqual(page.state.wrong, { field: "hidden1.W[0,1]", text: refusal.detail });
  assert.deepEqual(shown(page), before);
  await page.touch.drop();
  assert.equal(changes(page), 0);
  assert.equal(page.notice, "");
});

test("that a number's session is not there any more is no loss, once that has been left", async () => {
  const page = await opened("mazur");
  const left = page.session.id;
  await drag(page, 50);
  const release = page.wire.hold(/previews/);
  page.touch.move(60, "plain");

  await page.session.open("xor");
  const entered = page.session.id;
  await until(() => page.session.made.hasRemoved(left));
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await page.session.step();

  assert.equal(page.notice, "");
  assert.equal(page.session.id, entered);
  assert.equal(page.state.wrong, null);
});

test("a moment that is put back while a number is in the hand was put back here, and not elsewhere", async () => {
  const page = await opened("mazur", 9);
  await drag(page, 50);
  const release = page.wire.hold(/previews/);
  page.touch.move(60, "plain");

  await page.session.reset();
  release();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await page.session.act(async () => {}, false);

  assert.equal(page.notice, "");
  assert.equal(page.state.t, 0);
  assert.equal(page.state.preview, null);
});

test("an own example that was only tried is none any more when another moment is shown", async () => {
  const page = await opened("circle", 9);
  await drag(page, 50, { tensor: "input.a", index: [0, 0] });
  assert.notEqual(own(page), null);

  await page.session.stepBack();

  assert.equal(own(page), null);
  assert.equal(page.state.preview, null);
});

test("when the server does not answer, the drag ends, and the page goes on when it is back", async () => {
  const page = await opened("mazur", 9);
  const before = shown(page);
  await drag(page, 50);
  page.wire.cut = true;

  page.touch.move(60, "plain");
  await until(() => page.notice.startsWith("offline"));
  assert.equal(page.state.wrong?.text, "The server does not answer");
  assert.deepEqual(shown(page).frame, before.frame);
  page.wire.cut = false;
  await until(() => page.notice === "");

  await drag(page, 50);
  assert.equal(value(page), 0.7);
});

test("a change that is refused because the session moved on elsewhere leaves nothing of the preview", async () => {
  const page = await opened("mazur", 9);
  await drag(page, 50);
  await page.rewindElsewhere(4);

  await page.touch.drop();

  assert.match(page.notice, /^news: Somebody else has moved this session on/);
  assert.equal(page.state.preview, null);
  assert.equal(page.state.t, 9);
  assert.equal(value(page), 0.2);
});

for (const t of [9, TICKS])
  test(`through somebody's view at t = ${t} a drag is previewed too, and letting go makes it in a copy of one's own`, async () => {
    const theirs = await opened("mazur", t);
    const page = new Page(server);
    await page.session.follow(theirs.head.view_id, t);

    await drag(page, 50);
    assert.equal(page.head.id, undefined);
    await page.touch.drop();

    assert.notEqual(page.head.id, undefined);
    assert.notEqual(page.head.view_id, theirs.head.view_id);
    assert.equal(page.state.t, t);
    assert.equal((await theirs.headThere()).rev, theirs.head.rev);
    const own = await opened("mazur", t);
    await drag(own, 50);
    await own.touch.drop();
    assert.deepEqual(page.state.frame?.tensors, own.state.frame?.tensors, "as in a session of one's own");
  });

test("when another moment is shown meanwhile the drag is over", async () => {
  const page = await opened("mazur", 9);
  await drag(page, 50);

  await page.session.seek(4);
  page.touch.move(60, "plain");
  await until(() => page.touch.meant === null);

  assert.equal(page.state.t, 4);
  assert.equal(page.state.preview, null);
  assert.equal(value(page), 0.2);
});

test("what is computed cannot be taken in the hand, parameters and the batch can", async () => {
  const page = await opened("goodfellow-xor", 1);
  const can = (text: string) => page.touch.can(parseAddress(text));

  assert.deepEqual(["hidden1.W[0,1]", "output.b[0]", "input.a[3,1]", "target.y[2,0]"].map(can), [
    true,
    true,
    true,
    true,
  ]);
  assert.deepEqual(["hidden1.z[0,0]", "hidden1.dW[0,1]", "loss.value", "input.a[9,0]"].map(can), [
    false,
    false,
    false,
    false,
  ]);
});

test("the learning rate is dragged, tells what is tried, and is one command that can be undone", async () => {
  const page = await opened("mazur", 9);
  const rate = () => page.state.spec?.optimizer.learning_rate;
  const setting = settingsOf(page.state.spec?.optimizer ?? {}, null)[0]!;

  page.touch.take({ setting }, 0);
  page.touch.move(-20, "plain");
  await until(() => page.state.preview?.value === 0.3);
  assert.match(plainText(page.state.sentence), /^Learning rate = 0\.3 instead of 0\.5 from here on/);
  assert.equal(rate(), 0.5);
  await page.touch.drop();

  assert.equal(rate(), 0.3);
  assert.equal(changes(page), 1);
  assert.equal(page.state.t, 9);
  await page.changes.undo();
  assert.equal(rate(), 0.5);
});

test("an input that is dragged makes an own example of its row: previewed, stepped on, taken back", async () => {
  const page = await opened("goodfellow-xor", 8);
  await page.session.choose(2);
  await page.session.select(parseAddress("input.a[2,1]"));
  const before = shown(page);

  await drag(page, 5, parseAddress("input.a[2,1]"));
  assert.deepEqual(page.state.frame?.tensors["input.a"], { shape: [1, 2], values: [[1, 0.05]] });
  assert.deepEqual(page.state.own, { x: [1, 0.05], y: [1] });
  assert.equal(page.state.sample, 0);
  assert.deepEqual(page.state.selected, parseAddress("input.a[0,1]"));
  const previewed = page.state.frame?.tensors;
  await page.touch.drop();

  assert.deepEqual(page.state.frame?.tensors, previewed);
  assert.equal(page.state.t, 8);
  assert.deepEqual(page.state.own, { x: [1, 0.05], y: [1] });
  assert.equal(changes(page), 1);
  await page.changes.undo();
  assert.deepEqual(page.state.frame?.tensors, before.frame?.tensors);
  const { sample, selected, own: none } = page.state;
  assert.deepEqual([sample, selected, none], [before.sample, before.selected, null]);
});

test("a dragged input that is given up leaves the row that was shown", async () => {
  const page = await opened("goodfellow-xor", 8);
  await page.session.choose(3);
  const before = shown(page);
  await drag(page, -30, parseAddress("input.a[3,0]"));
  assert.equal(page.state.sample, 0);

  page.touch.cancel();

  assert.deepEqual(shown(page), before);
});

test("back to the data is the row that was shown before, and can be undone", async () => {
  const page = await opened("goodfellow-xor", 8);
  await page.session.choose(3);
  const frame = page.state.frame;
  for (const pixels of [5, 9]) {
    await drag(page, pixels, parseAddress(`input.a[${page.state.sample},0]`));
    await page.touch.drop();
  }
  assert.deepEqual(own(page)?.x, [2.4, 1]);

  await page.changes.backToData();

  assert.equal(page.state.own, null);
  assert.equal(page.state.sample, 3);
  assert.deepEqual(page.state.frame?.tensors, frame?.tensors);
  await page.changes.undo();
  assert.deepEqual(own(page)?.x, [2.4, 1]);
});

test("a target is dragged, and what was given of it at the end of a step stands in the step that is made again", async () => {
  const page = await opened("mazur", TICKS);

  await drag(page, 20, parseAddress("target.y[0,0]"));
  const previewed = page.state.frame?.tensors;
  await page.touch.drop();

  assert.equal(value(page, parseAddress("target.y[0,0]")), 0.03);
  assert.equal(page.state.t, TICKS);
  assert.deepEqual(page.state.frame?.tensors, previewed);
});

test("of classes another one is chosen, and what is no class is said at the field", async () => {
  const page = await opened("iris", 6);
  const label = parseAddress("target.y[0]");

  page.touch.try({ address: label }, 7);
  page.touch.try({ address: label }, 0.5);
  await drag(page, 20, label);
  assert.equal(page.wire.count(/previews/), 1);
  assert.equal(value(page, label), 2);
  await page.touch.drop();
  assert.equal(value(page, label), 2);
  assert.deepEqual(own(page)?.y, [2]);
  await page.changes.edit(label, "1.5");

  assert.deepEqual(page.state.wrong, { field: "target.y[0]", text: "Expected a whole number from 0 to 2." });
});

test("what is typed of an input tries an own example too", async () => {
  const page = await opened("goodfellow-xor", 8);
  const handle = { address: parseAddress("input.a[1,0]") };

  page.touch.try(handle, 0.5);
  await until(() => page.state.preview?.value === 0.5);
  assert.deepEqual(page.state.preview?.address, parseAddress("input.a[0,0]"));
  await page.touch.commit(handle, "0.5");

  assert.deepEqual(own(page)?.x, [0.5, 1]);
});
