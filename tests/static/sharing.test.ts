import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { parseAddress, valueAt } from "../../static/src/core/numbers.ts";
import { readLink } from "../../static/src/core/link.ts";
import { Page, Server, until } from "./server.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

const WEIGHT = parseAddress("hidden1.W[0,1]");

async function opened(steps: number): Promise<Page> {
  const page = new Page(server);
  await page.session.open("mazur");
  for (let i = 0; i < steps; i++) await page.session.step();
  return page;
}

async function visited(link: string): Promise<Page> {
  const page = new Page(server);
  const { pathname, search } = new URL(link, server.url);
  const read = readLink(pathname, search);
  assert.ok(read);
  await page.sharing.visit(read);
  return page;
}

const shows = (page: Page) => ({ t: page.state.t, tensors: page.state.frame?.tensors });

test("whoever opens a link sees that moment, its number and its row, and cannot tell whose session it is", async () => {
  const page = await opened(12);
  await page.session.seek(9);
  await page.session.select(parseAddress("output.dW[1,0]"));

  const visitor = await visited(page.sharing.link());

  assert.deepEqual(shows(visitor), shows(page));
  assert.deepEqual(visitor.state.selected, page.state.selected);
  assert.equal(visitor.head.id, undefined);
  assert.equal(visitor.state.preset, "mazur", "it is told what is learned there");
  assert.equal(visitor.head.view_id, page.head.view_id);
  assert.deepEqual(visitor.state.explained?.terms, page.state.explained?.terms);
  await visitor.session.step();
  assert.equal(visitor.state.t, 10);
  assert.equal(visitor.head.id, undefined, "looking makes no copy");
});

for (const [what, change] of [
  ["an edit", (visitor: Page) => visitor.changes.edit(WEIGHT, "0.7")],
  ["another rate", (visitor: Page) => visitor.changes.settle("learning_rate", "0.25")],
  ["a step at the head", (visitor: Page) => visitor.session.step()],
  ["a reset", (visitor: Page) => visitor.session.reset()],
] as const)
  test(`a visitor's first change, ${what}, is made in a copy of their own`, async () => {
    const page = await opened(9);
    const { rev, state_sha256 } = page.head;
    const visitor = await visited(page.sharing.link());

    await change(visitor);

    assert.match(visitor.notice, /^news: This was somebody else's session/);
    assert.notEqual(visitor.head.id, undefined);
    assert.notEqual(visitor.head.view_id, page.head.view_id);
    assert.notEqual(visitor.head.rev, 0);
    const there = await page.headThere();
    assert.deepEqual([there.rev, there.state_sha256], [rev, state_sha256]);
    const { tensors } = await visitor.frameThere(visitor.state.t);
    assert.deepEqual(visitor.state.frame?.tensors, tensors);
  });

for (const [what, go] of [
  ["was rewound and went on", (page: Page) => page.session.reset().then(() => page.session.step())],
  ["was changed", (page: Page) => page.changes.edit(WEIGHT, "0.7")],
] as const)
  test(`a link leads to the very moment also when the session ${what} since`, async () => {
    const page = await opened(9);
    const link = page.sharing.link();
    const shared = shows(page);
    await go(page);

    const visitor = await visited(link);

    assert.deepEqual(shows(visitor), shared);
    assert.match(visitor.notice, /another way since this link was made/);
    assert.notEqual(visitor.head.id, undefined);
  });

for (const [query, t, words] of [
  ["?t=abc", 9, /says t=abc, where the number of a moment was wanted/],
  ["?t=30", 9, /leads to t=30, and the session has the moments from t=0 to t=9/],
  [`?t=4&sample=${"9".repeat(99)}`, 4, /says sample=9{40}…, where the number of a row was wanted/],
  ["?t=30&rev=9", 9, /leads to t=30/],
  ["?t=30&rev=x", 9, /says rev=x, .* leads to t=30/],
  ["?t=4&sample=7", 4, /leads to example 7, and the last of this batch is 0/],
  ["?t=4&asks=hidden1.W[3,0]", 4, /asks about hidden1\.W\[3,0\], which this network does not have/],
  ["?asks=hidden9.W[0,0]", 9, /asks about hidden9\.W\[0,0\], which/],
  ["?asks=hidden1.W[0]", 9, /asks about hidden1\.W\[0\], which/],
] as const)
  test(`a link that says ${query.slice(0, 20)} shows what there is, and what it was not is said`, async () => {
    const page = await opened(9);

    const visitor = await visited(`/s/${page.head.view_id}${query}`);

    assert.equal(visitor.state.t, t);
    assert.match(visitor.notice, words);
    assert.match(visitor.notice, /^news: /);
    assert.ok(visitor.state.explained);
  });

test("a link to before a copy's beginning shows its beginning, and that is said", async () => {
  const page = await opened(17);
  await page.sharing.branch();

  const visitor = await visited(`/s/${page.head.view_id}?t=2`);

  assert.equal(visitor.state.t, 15);
  assert.match(visitor.notice, /leads to t=2, and the session has the moments from t=15 to t=17/);
});

test("a link that leads to no moment in particular shows the last one, the row and the number, without a word", async () => {
  const page = await opened(9);

  const visitor = await visited(`/s/${page.head.view_id}?asks=hidden1.W[1,0]`);

  assert.equal(visitor.state.t, 9);
  assert.deepEqual(visitor.state.selected, parseAddress("hidden1.W[1,0]"));
  assert.equal(visitor.notice, "");
});

test("a branch stands where the learner looked, and the session before it stays as it is", async () => {
  const page = await opened(9);
  await page.session.seek(7);
  const [{ id, rev }, before] = [page.head, shows(page)];

  await page.sharing.branch();

  assert.notEqual(page.head.id, id);
  assert.deepEqual(shows(page), before);
  assert.equal(page.head.t, 7);
  await page.session.follow(id ?? "");
  assert.deepEqual([page.head.rev, page.head.t], [rev, 9]);
});

test("a file restores the very moment, with every digit of the generator", async () => {
  const page = new Page(server);
  await page.session.open("circle");
  for (let i = 0; i < 30; i++) await page.session.step();
  const saved = await page.download(page.sharing.file("json"));

  const visitor = new Page(server);
  await visitor.sharing.open({ text: async () => saved });

  assert.deepEqual(shows(visitor), shows(page));
  assert.equal(visitor.head.state_sha256, page.head.state_sha256);
  page.store.set({ size: "epoch" });
  visitor.store.set({ size: "epoch" });
  await page.session.step();
  await visitor.session.step();
  assert.equal(visitor.head.state_sha256, page.head.state_sha256);
});

test("a file that is none is refused in the server's words, and the session stays", async () => {
  const page = await opened(3);
  const { id } = page.head;

  await page.sharing.open({ text: async () => "not a session" });

  assert.match(page.notice, /^refused: .*JSON/);
  assert.equal(page.head.id, id);
  await page.session.step();
  assert.equal(valueAt(page.state.frame ?? undefined, WEIGHT), 0.2);
});

test("a file that takes long to be restored is given up, and nothing has changed", async () => {
  const page = await opened(4);
  const { head } = page;
  const content = await page.download(page.sharing.file("json"));
  const release = page.wire.hold(/imports/);

  const opening = page.sharing.open(new Blob([content]));
  await until(() => page.state.lasting !== null);
  page.state.lasting?.giveUp?.();
  release();
  await opening;

  assert.match(page.notice, /^news: Given up/);
  assert.equal(page.head.id, head.id);
  assert.equal(page.state.lasting, null);
  await page.session.step();
  assert.equal(page.state.t, 5);
});
