import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Client } from "../../static/src/api/client.ts";
import type { Spec } from "../../static/src/api/types.ts";
import { draftOf } from "../../static/src/building.ts";
import { addLayer, at, layersOf, removeLayer, set } from "../../static/src/core/build.ts";
import { valueAt } from "../../static/src/core/numbers.ts";
import { EMPTY, place } from "../../static/src/core/points.ts";
import { emptyMemory, Page, Server, until } from "./server.ts";
import { plainText } from "./plain.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

const UNITS = "/layers/0/units";

async function opened(preset: string, memory = emptyMemory()): Promise<Page> {
  const page = new Page(server, memory);
  page.store.set({
    catalog: await new Client((path, init) => fetch(server.url + String(path), init)).catalog(),
  });
  await page.session.open(preset);
  return page;
}

const there = async (id: string | undefined) => (await fetch(`${server.url}/api/v1/sessions/${id}`)).ok;
const made = (page: Page) => page.wire.count(/POST \S+\/sessions$/);
const building = (page: Page) => page.state.building;
const widths = (spec: Spec) => layersOf(spec).map(({ units }) => units);

/** Wait until what was changed is the session that is shown. */
async function settled(page: Page): Promise<void> {
  await until(() => !building(page).edits.length, "the network to be built");
  await page.session.act(async () => undefined);
}

/** Change something, and wait until the session of it is shown. */
async function built(page: Page, ...change: Parameters<Page["builder"]["change"]>): Promise<void> {
  page.builder.change(...change);
  await settled(page);
}

test("another width is a new session from the beginning, and no example any more", async () => {
  const page = await opened("xor");
  const { id } = page.head;

  await built(page, UNITS, set(UNITS, 5));

  assert.notEqual(page.head.id, id);
  const spec = await page.specThere();
  assert.deepEqual(widths(spec), [5, 1]);
  assert.equal(spec.name, "Own network");
  assert.deepEqual([page.state.t, page.state.preset, page.state.net?.layers[1]?.units], [0, null, 5]);
});

test("rapid clicks are one session, and the control shows each at once", async () => {
  const page = await opened("xor");
  const before = made(page);

  for (let units = 4; units <= 9; units++) {
    page.builder.change(UNITS, set(UNITS, units));
    assert.equal(at(draftOf(page.state), UNITS), units);
  }
  assert.equal(page.state.net?.layers[1]?.units, 3, "the network waits for the last");
  await settled(page);

  assert.equal(made(page), before + 1);
  assert.deepEqual(widths(await page.specThere()), [9, 1]);
});

test("what is changed while a session is being made comes into the next", async () => {
  const page = await opened("xor");
  const release = page.wire.hold(/POST \S+\/sessions$/);
  page.builder.change(UNITS, set(UNITS, 4));
  await until(() => page.wire.count(/POST \S+\/sessions$/) === 2);

  page.builder.change("/layers", addLayer(1));
  release();
  await settled(page);

  assert.deepEqual(widths(await page.specThere()), [4, 4, 1]);
});

test("what is taken back while a session is being made is not entered, and that session is taken away", async () => {
  const page = await opened("xor");
  const { id } = page.head;
  const release = page.wire.hold(/POST \S+\/sessions$/);
  page.builder.change(UNITS, set(UNITS, 4));
  await until(() => page.wire.count(/POST \S+\/sessions$/) === 2);

  page.builder.change(UNITS, set(UNITS, 3));
  release();
  await until(() => page.wire.count(/DELETE/) === 1);

  assert.equal(page.head.id, id);
  assert.deepEqual(widths(page.state.spec as Spec), [3, 1]);
});

test("a session that nobody worked on is taken away when it is left, one that was trained is on the shelf", async () => {
  const page = await opened("xor");
  const first = page.session.id;
  await built(page, UNITS, set(UNITS, 4));
  while (await there(first));
  assert.deepEqual(page.state.earlier, []);

  const trained = page.session.id;
  await page.session.step();
  await built(page, UNITS, set(UNITS, 5));

  assert.equal(await there(trained), true);
  assert.deepEqual(
    page.state.earlier.map(({ id, t, widths, data }) => ({ id, t, widths, data })),
    [{ id: trained, t: 1, widths: "2-4-1", data: "Exclusive or" }],
  );
});

test("the one before is entered again at the moment where it was left, with the very numbers", async () => {
  const page = await opened("mazur");
  const [{ id }, step] = [page.head, page.session.step.bind(page.session)];
  for (let i = 0; i < 20; i++) await step();
  await page.session.seek(13);
  const { frame, sentence, step: shown } = page.state;
  await built(page, "/seed", set("/seed", 7));

  const [left] = page.state.earlier;
  assert.ok(left);
  await page.shelf.enter(left);

  assert.equal(page.head.id, id);
  assert.deepEqual([page.state.t, page.state.preset, page.head.t], [13, "mazur", 20]);
  assert.deepEqual({ ...page.state.frame, session: 0 }, { ...frame, session: 0 });
  assert.deepEqual([plainText(page.state.sentence), page.state.step], [plainText(sentence), shown]);
  assert.deepEqual(page.state.earlier, [], "what is shown is not an earlier one");
});

test("the shelf is the tab's: a page that is loaded anew has it", async () => {
  const memory = emptyMemory();
  const page = await opened("xor", memory);
  await page.session.step();
  await built(page, UNITS, set(UNITS, 4));

  const reloaded = new Page(server, memory);

  assert.deepEqual(reloaded.state.earlier, page.state.earlier);
  assert.equal(reloaded.state.earlier.length, 1);
});

test("where there is no room any more the oldest is taken away, unless its link was given away", async () => {
  const page = await opened("xor");
  await page.session.step();
  const shared = page.session.id;
  page.sharing.link();
  await built(page, "/seed", set("/seed", 100));
  await page.session.step();
  const oldest = page.session.id;
  for (let seed = 101; seed < 112; seed++) {
    await built(page, "/seed", set("/seed", seed));
    await page.session.step();
  }

  while (await there(oldest));
  assert.equal(await there(shared), true);
  assert.equal(page.state.earlier.length, 10);
});

test("an earlier session that the server has not any more is said, and nothing else moves", async () => {
  const page = await opened("xor");
  await page.session.step();
  const lost = page.head.id;
  await built(page, UNITS, set(UNITS, 4));
  const { id } = page.head;
  await fetch(`${server.url}/api/v1/sessions/${lost}`, { method: "DELETE" });

  const [left] = page.state.earlier;
  assert.ok(left);
  await page.shelf.enter(left);

  assert.equal(page.head.id, id);
  assert.match(page.notice, /^news: That session is not there any more/);
  assert.deepEqual(page.state.earlier, []);
});

test("values that were given stay with the layers that are as they were", async () => {
  const page = await opened("mazur");

  await built(page, "/layers/1/units", set("/loss", { type: page.state.spec?.loss.type, reduction: "sum" }));

  const spec = await page.specThere();
  assert.deepEqual(Object.keys(spec["parameters"] as object), [
    "hidden1.W",
    "hidden1.b",
    "output.W",
    "output.b",
  ]);
  await built(page, UNITS, set(UNITS, 3));
  assert.deepEqual((await page.specThere())["parameters"], {});
});

test("what the server refuses is said at its control, and the session stays as it is", async () => {
  const page = await opened("xor");
  await page.session.step();
  const { head, frame } = page.state;

  page.builder.change("/batch_size", set("/batch_size", 9));
  await until(() => building(page).refused !== null);

  assert.deepEqual(building(page).refused, {
    control: "/batch_size",
    text: "batch_size: expected a whole number at least 1 and at most 4, got 9",
  });
  assert.equal(draftOf(page.state)?.batch_size, 9, "what was chosen can be set right");
  assert.deepEqual([page.state.head, page.state.frame, page.notice], [head, frame, ""]);
  page.builder.takeBack();
  assert.equal(draftOf(page.state)?.batch_size, 1);
});

test("what was built is undone and done again, also where nothing was done in the network before", async () => {
  const page = await opened("xor");
  await built(page, UNITS, set(UNITS, 5));
  const { id } = page.head;
  await page.session.step();

  await page.changes.undo();
  assert.deepEqual(widths(await page.specThere()), [3, 1]);
  assert.deepEqual([page.state.t, page.state.preset, page.state.earlier.length], [0, "xor", 1]);
  await page.changes.redo();
  assert.deepEqual([page.head.id, page.state.t, page.state.preset], [id, 1, null]);
  assert.deepEqual(page.state.earlier, []);
  await built(page, UNITS, set(UNITS, 6));
  await page.changes.undo();
  await page.changes.undo();

  assert.deepEqual(widths(await page.specThere()), [3, 1]);
  assert.equal(page.state.undo.past.length, 0);
});

test("undos that are asked for faster than they are done go through the networks in turn", async () => {
  const page = await opened("xor");
  const edited = { tensor: "output.W", index: [0, 0] };
  const weight = () => valueAt(page.state.frame ?? undefined, edited);
  const began = weight();
  const { id } = page.head;
  await page.changes.edit(edited, "0.7");
  const release = page.wire.hold(/POST \S+\/sessions$/);
  page.builder.change(UNITS, set(UNITS, 5));
  await until(() => made(page) === 2, "the network to be on its way");

  const one = page.changes.undo();
  release();
  await one;
  assert.equal(page.head.id, id);
  assert.equal(weight(), 0.7);
  assert.equal(page.notice, "");

  await page.changes.redo();
  assert.notEqual(page.head.id, id);
  await Promise.all([page.changes.undo(), page.changes.undo()]);
  assert.equal(page.head.id, id);
  assert.equal(weight(), began);
  assert.equal(page.state.undo.past.length, 0);
});

test("undoing goes through what was edited in each of the networks that were built", async () => {
  const page = await opened("mazur");
  const weight = { tensor: "hidden1.W", index: [0, 0] };
  await page.changes.edit(weight, "0.7");
  const edited = page.head.id;
  await built(page, UNITS, set(UNITS, 3));
  await page.changes.edit(weight, "0.9");

  await page.changes.undo();
  assert.notEqual(page.head.id, edited);
  await page.changes.undo();
  assert.equal(page.head.id, edited);
  assert.equal(valueAt(page.state.frame ?? undefined, weight), 0.7);
  await page.changes.undo();
  assert.equal(valueAt(page.state.frame ?? undefined, weight), 0.15);
  for (let i = 0; i < 3; i++) await page.changes.redo();

  assert.deepEqual(widths(await page.specThere()), [3, 2]);
  assert.equal(valueAt(page.state.frame ?? undefined, weight), 0.9);
});

test("a network that was built and that the server has lost is made again with all that it had", async () => {
  const page = await opened("xor");
  await built(page, UNITS, set(UNITS, 5));
  await page.lose();

  await page.session.step();

  assert.match(page.notice, /made again from its spec and stands where it stood/);
  assert.deepEqual(widths(await page.specThere()), [5, 1]);
});

test("a network that the server has no room for does not stand in the builder as if it were there", async () => {
  const page = await opened("xor");
  const refusal = { detail: "This server is full", code: "at_capacity", status: 503, errors: [] };
  page.wire.instead.set(/POST .*sessions$/, () => Response.json(refusal, { status: 503 }));

  page.builder.change(UNITS, set(UNITS, 5));
  await until(() => page.notice !== "");

  assert.equal(page.notice, "refused: This server is full");
  assert.deepEqual(building(page).edits, []);
  page.wire.instead.clear();
  await built(page, UNITS, set(UNITS, 5));
  assert.deepEqual(widths(await page.specThere()), [5, 1]);
});

test("what is pending or was refused of one network is not for another", async () => {
  const page = await opened("xor");
  page.builder.change("/batch_size", set("/batch_size", 9));
  await until(() => building(page).refused !== null);

  await page.session.open("mazur");
  assert.deepEqual([building(page).edits, building(page).refused], [[], null]);
  assert.equal(draftOf(page.state)?.batch_size, 1);

  page.builder.change(UNITS, set(UNITS, 5));
  await page.session.open("xor");
  const before = made(page);
  await new Promise((resolve) => setTimeout(resolve, 50)); // longer than a change waits for another
  await settled(page);

  assert.equal(made(page), before);
  assert.equal(page.state.preset, "xor");
});

test("a choice that needs another one is built as soon as that is made", async () => {
  const page = await opened("xor");
  const classes = page.state.catalog?.losses.find(({ type }) => /entropy$/.test(type))?.type ?? "";
  page.builder.change("/loss", set("/loss", { type: classes }));
  await until(() => building(page).refused !== null);
  assert.match(building(page).refused?.text ?? "", /at least 2 outputs/);
  assert.equal(building(page).refused?.control, "/loss");

  await built(page, "/layers/1/units", set("/layers/1/units", 2));

  const spec = await page.specThere();
  assert.deepEqual([spec.loss.type, widths(spec)], [classes, [3, 2]]);
  assert.equal(building(page).refused, null);
});

test("a refusal that is about something else is said at the control that was changed", async () => {
  const page = await opened("iris");
  const last = `/layers/${layersOf(page.state.spec as Spec).length - 1}/units`;

  page.builder.change(last, set(last, 2));
  await until(() => building(page).refused !== null);

  assert.equal(building(page).refused?.control, last);
  assert.match(building(page).refused?.text ?? "", /3 classes want 3 outputs/);
});

test("other data bring the loss and the output layer that go with them, and that is said", async () => {
  const page = await opened("xor");

  page.builder.useDataset("iris");
  await settled(page);

  const spec = await page.specThere();
  assert.deepEqual(at(spec, "/data/dataset"), "iris");
  assert.deepEqual(widths(spec), [3, 3]);
  assert.match(page.notice, /^news: To go with the data, the loss is now .+, with 3 outputs\.$/);
});

test("other data that fit bring nothing along", async () => {
  const page = await opened("xor");
  const { loss } = page.state.spec as Spec;

  page.builder.useDataset("circle");
  await settled(page);

  const spec = await page.specThere();
  assert.deepEqual([spec.loss, widths(spec), spec.batch_size], [loss, [3, 1], 1]);
  assert.equal(page.notice, "");
});

test("a batch of all rows stays one of all rows", async () => {
  const page = await opened("goodfellow-xor");
  assert.equal(page.state.spec?.batch_size, 4);

  page.builder.useDataset("moons");
  await settled(page);

  assert.equal((await page.specThere()).batch_size, 200);
});

test("a setting that is on its way is shown as it was chosen last", async () => {
  const page = await opened("circle");

  const first = page.builder.tune({ momentum: 0.9, nesterov: true });
  assert.deepEqual(building(page).tuned, { momentum: 0.9, nesterov: true });
  const second = page.builder.tune({ nesterov: false });
  assert.deepEqual(building(page).tuned, { momentum: 0.9, nesterov: false });
  await Promise.all([first, second]);

  assert.deepEqual(building(page).tuned, {});
  assert.equal(at(await page.specThere(), "/optimizer/nesterov"), false);
});

test("a number of the optimizer is settled where the session stands", async () => {
  const page = await opened("mazur");
  for (let i = 0; i < 3; i++) await page.session.step();
  const { id } = page.head;

  await page.builder.tune({ weight_decay: 0.25 });

  assert.deepEqual([page.head.id, page.state.t], [id, 3]);
  assert.equal((await page.specThere()).optimizer["weight_decay" as "type"], 0.25 as unknown);
});

test("a setting of the optimizer with which the session cannot go on makes a new one", async () => {
  const page = await opened("mazur");
  await page.session.step();
  const { id } = page.head;

  await page.builder.tune({ momentum: 0.9 });
  await settled(page);

  assert.notEqual(page.head.id, id);
  assert.equal(page.state.earlier[0]?.id, id);
  assert.equal(at(await page.specThere(), "/optimizer/momentum"), 0.9);
});

test("a setting of the optimizer that is wrong is said at its control", async () => {
  const page = await opened("mazur");
  const { id } = page.head;

  await page.builder.tune({ momentum: -1 });
  await until(() => building(page).refused !== null);

  assert.equal(building(page).refused?.control, "/optimizer/momentum");
  assert.match(building(page).refused?.text ?? "", /at least 0/);
  assert.equal(page.head.id, id);
});

test("a table is understood, then trained on, with what goes with it", async () => {
  const page = await opened("xor");
  const content = new Blob(["a,b,kind\n1,2,x\n3,4,y\n5,6,z\n7,8,x\n"], { type: "text/csv" });

  await page.builder.upload({ name: "kinds.csv", content });
  assert.deepEqual(building(page).table?.understood?.classes, ["x", "y", "z"]);
  assert.equal(building(page).table?.wrong, null);
  page.builder.useTable();
  await settled(page);

  const spec = await page.specThere();
  assert.match(String(at(spec, "/data/dataset_id")), /^d_/);
  assert.deepEqual(widths(spec), [3, 3]);
  assert.equal(building(page).table, null);
});

test("what is wrong with a table is said with line and column, and changes nothing", async () => {
  const page = await opened("xor");
  const { head } = page.state;

  await page.builder.upload({
    name: "holes.csv",
    content: new Blob(["a,b\n1,2\n3,\n"], { type: "text/csv" }),
  });

  assert.equal(building(page).table?.wrong, "line 3, column b: is empty; every cell needs a value.");
  page.builder.useTable();
  assert.equal(page.state.head, head);
  assert.deepEqual(building(page).edits, []);
});

test("of a file that is read in another way only the last answer counts", async () => {
  const page = await opened("xor");
  const file = { name: "n.csv", content: new Blob(["a,b\n1,0\n2,1\n3,1\n4,0\n"], { type: "text/csv" }) };
  await page.builder.upload(file);
  const release = page.wire.hold(/task=classification/);

  const slow = page.builder.upload(file, { task: "classification" });
  await page.builder.upload(file, { task: "regression" });
  release();
  await slow;

  assert.equal(building(page).table?.understood?.task, "regression");
  assert.deepEqual(building(page).table?.options, { task: "regression" });
});

test("drawn points are trained on as they stand, and the drawing stays", async () => {
  const page = await opened("iris");
  const drawing = [0, 1, 1].reduce((all, target, i) => place({ ...all, target }, [i, -i]), EMPTY);
  page.builder.sketch(drawing);
  assert.ok(page.state.catalog);

  page.builder.usePoints(page.state.catalog);
  await settled(page);

  const rows = { x: [[0, 0], [1, -1], [2, -2]], y: [0, 1, 1] }; // prettier-ignore
  assert.deepEqual(at(await page.specThere(), "/data/inline"), rows);
  assert.equal(page.state.net?.layers[0]?.units, 2);
  assert.equal(building(page).drawing, drawing);
});

test("a drawing is the tab's: a page that is loaded anew has it", async () => {
  const memory = emptyMemory();
  const page = await opened("xor", memory);

  page.builder.sketch(place(EMPTY, [1, 2]));

  assert.deepEqual(new Page(server, memory).state.building.drawing, place(EMPTY, [1, 2]));
});

test("while the server is away nothing is lost: what was changed is built when it is back", async () => {
  const page = await opened("xor");
  page.wire.cut = true;
  page.builder.change("/layers", removeLayer(0));
  await until(() => page.notice.startsWith("offline"));

  page.wire.cut = false;
  await settled(page);

  assert.deepEqual(widths(await page.specThere()), [1]);
});

test("a new seed is another number", async () => {
  const page = await opened("xor");

  page.builder.newSeed();
  await settled(page);

  assert.equal((await page.specThere())["seed"], 2 ** 30);
});
