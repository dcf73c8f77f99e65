import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { addressText, parseAddress } from "../../static/src/core/numbers.ts";
import { Page, Server, until } from "./server.ts";

const server = new Server();
before(() => server.start());
after(() => server.stop());

const TOO_FAST = {
  preset: "one-neuron",
  data: { inline: { x: [[1000]], y: [[1]] } },
  optimizer: { type: "sgd", learning_rate: 1e300 },
};

/** What is shown is what the server has for this moment. */
async function assertShows(page: Page, t: number): Promise<void> {
  assert.equal(page.state.t, t);
  assert.deepEqual(page.state.frame?.tensors, (await page.frameThere(t)).tensors);
}

async function opened(preset: string, steps = 0): Promise<Page> {
  const page = new Page(server);
  await page.session.open(preset);
  for (let i = 0; i < steps; i++) await page.session.step();
  return page;
}

test("a server that is gone is said to be, and when it is back the learner goes on", async () => {
  const page = await opened("mazur", 2);
  page.wire.cut = true;

  await Promise.all([page.session.step(), page.session.step(), page.session.step()]);
  assert.match(page.notice, /^offline: The server does not answer/);
  assert.equal(page.state.t, 2);
  page.wire.cut = false;
  await until(() => page.notice.startsWith("news"));
  assert.equal(page.wire.count(/GET .*sessions\/[\w-]+$/), 1, "it is looked after once");
  assert.match(page.notice, /only the first/);
  assert.equal(page.state.t, 3);
  await page.session.step();

  assert.equal(page.state.t, 4);
});

test("a step that was asked for while the server was away is made when it is back, and once", async () => {
  const page = await opened("xor", 5);
  page.wire.cut = true;

  await page.session.step();
  assert.equal(page.state.t, 5);
  page.wire.cut = false;
  await until(() => page.notice === "");

  await assertShows(page, 6);
  assert.equal((await page.headThere()).t, 6);
});

test("a change that was asked for while the server was away is made when it is back, and can be undone", async () => {
  const page = await opened("mazur", 4);
  await page.learnCatalog();
  const rate = () => page.state.spec?.optimizer.learning_rate;
  page.wire.cut = true;

  await page.changes.settle("learning_rate", "0.25");
  assert.equal(rate(), 0.5);
  page.wire.cut = false;
  await until(() => page.notice === "");

  assert.equal(rate(), 0.25);
  assert.equal((await page.specThere()).optimizer.learning_rate, 0.25);
  await page.changes.undo();
  assert.equal(rate(), 0.5);
});

test("an undo whose answer was lost is not done twice", async () => {
  const page = await opened("mazur", 4);
  await page.learnCatalog();
  for (const rate of ["0.4", "0.3"]) await page.changes.settle("learning_rate", rate);
  page.wire.deaf = /POST .*rewind/;

  await page.changes.undo();
  page.wire.deaf = null;
  await until(() => page.notice.startsWith("news"));

  assert.match(page.notice, /may have been done/);
  assert.equal(page.state.spec?.optimizer.learning_rate, 0.4);
  assert.equal((await page.specThere()).optimizer.learning_rate, 0.4);
});

test("what was asked for while the server was away is not done where the session has been moved since", async () => {
  const page = await opened("mazur", 4);
  page.wire.cut = true;
  await page.session.step();
  await page.rewindElsewhere(2);

  page.wire.cut = false;
  await until(() => page.notice.startsWith("news"));

  assert.match(page.notice, /may have been done/);
  await assertShows(page, 2);
  assert.equal((await page.headThere()).t, 2);
});

test("training that was asked for while the server was away begins when it is back, and is followed", async () => {
  const page = await opened("mazur", 4);
  page.wire.cut = true;

  await page.training.begin({ amount: "20", unit: "steps", below: "" });
  assert.equal(page.state.run, null);
  page.wire.cut = false;
  await until(() => page.state.run?.status === "done");

  assert.equal(page.notice, "");
});

test("playing that was asked for while the server was away begins when it is back", async () => {
  const page = await opened("mazur", 4);
  page.wire.cut = true;
  await page.session.stepBack();
  await page.session.step();
  await page.session.step();

  page.session.play();
  await until(() => !page.state.playing);
  page.wire.cut = false;
  await until(() => page.state.t > 8);

  page.session.pause();
});

test("what was shown can be shown again while the server is away", async () => {
  const page = await opened("mazur", 4);
  page.wire.cut = true;
  await page.session.step();

  await page.session.stepBack();
  await page.session.stepBack();

  assert.equal(page.state.t, 2);
  page.wire.cut = false;
  await until(() => page.notice.startsWith("news"));
  assert.equal(page.state.t, 2, "who has gone on since does not want the step any more");
  assert.match(page.notice, /was not done/);
});

test("playing goes on by itself when the server is back", async () => {
  const page = await opened("mazur");
  page.session.play();
  await until(() => page.state.t >= 3);

  page.wire.cut = true;
  await until(() => page.notice.startsWith("offline"));
  assert.equal(page.state.playing, false);
  const { t } = page.state;
  page.wire.cut = false;
  await until(() => page.state.t > t + 3);

  assert.equal(page.notice, "");
  page.session.pause();
});

test("what was run ahead and whose answer was lost is not taken for somebody else's, and playing goes on", async () => {
  const page = await opened("mazur");
  const told: string[] = [];
  page.store.watch(() => told.push(page.notice));
  page.store.set({ speed: 1 });
  page.session.play();
  await until(() => page.state.t >= 3 && page.head.t === 15);
  page.wire.deaf = /POST .*steps/;

  while ((await page.headThere()).t === 15);
  await new Promise((resolve) => setTimeout(resolve, 10));
  page.wire.deaf = null;
  await until(() => page.state.t > 16);

  page.session.pause();
  assert.ok(!told.some((text) => text.includes("Somebody else")), told.join());
  assert.equal(page.notice, "");
});

test("an example chosen while the server is away is opened when it is back", async () => {
  const page = await opened("mazur", 3);
  page.wire.cut = true;

  await page.session.open("xor");
  await page.session.step();
  page.wire.cut = false;
  await until(() => page.state.preset === "xor");

  assert.equal(page.state.t, 0);
  assert.equal(page.state.net?.layers[1]?.units, 3);
  await until(() => page.notice === "");
});

test("a page that is opened while the server is away opens when it is back", async () => {
  const page = new Page(server);
  page.wire.cut = true;

  await page.session.open("xor");
  assert.match(page.notice, /^offline/);
  page.wire.cut = false;
  await until(() => page.state.frame !== null);

  assert.equal(page.state.preset, "xor");
});

test("a server that lives but cannot be talked to is asked again only after a while", async () => {
  const page = await opened("mazur", 1);
  page.wire.instead.set(/api/, () => new Response("<h1>Bad gateway</h1>", { status: 502 }));
  const { waits } = page;

  await page.session.step();
  await until(() => page.wire.count(/livez/) > 5);

  assert.ok(page.waits - waits >= page.wire.count(/livez/));
  page.wire.instead.clear();
  await until(() => page.notice === "");
});

test("an advance whose answer was lost is not done twice", async () => {
  const page = await opened("mazur", 2);
  page.wire.deaf = /POST .*steps/;

  await page.session.step();
  assert.match(page.notice, /^offline/);
  page.wire.deaf = null;
  await until(() => page.notice.startsWith("news"));
  assert.match(page.notice, /may have been done/);
  assert.equal(page.head.t, 3, "the server has done it");
  await page.session.step();

  assert.equal(page.state.t, 3);
  assert.equal((await page.headThere()).t, 3);
});

for (const how of ["is started anew", "forgets the session"])
  test(`when the server ${how}, the same run is made again and stands where it stood`, async () => {
    const page = await opened("xor", 20);
    await page.session.select(parseAddress("hidden1.W[1,0]"));
    await page.session.stepBack();
    const { head, state } = page;
    page.shown.length = 0;
    page.store.set({ size: "batch" });

    if (how === "is started anew") await server.stop();
    else await page.lose();
    await page.session.step();
    if (how === "is started anew") await server.start();
    await until(() => page.notice.startsWith("news"));

    assert.match(page.notice, /made again from its spec/);
    assert.notEqual(page.head.id, head.id);
    assert.equal(page.head.state_sha256, head.state_sha256);
    assert.equal(page.head.t, 20);
    assert.equal(page.state.t, 19);
    assert.deepEqual(page.state.frame?.tensors, state.frame?.tensors);
    assert.equal(page.state.selected && addressText(page.state.selected), "hidden1.W[1,0]");
    assert.equal(page.state.preset, "xor");
    assert.ok(!page.shown.includes(0), "the beginning is not shown on the way");
    page.store.set({ size: "op" });
    await page.session.step();
    assert.equal(page.state.t, 20);
  });

for (const gives of [false, true])
  test(`a long run that is made again tells how far it is${gives ? ", and can be given up" : ""}`, async () => {
    const page = await opened("one-neuron");
    await page.session.act(() => page.session.runTo(45_000));
    const told: (number | undefined)[] = [];
    page.store.watch(({ lasting }) => {
      if (!lasting?.progress) return;
      assert.equal(lasting.progress.total, 45_000);
      if (told.at(-1) !== lasting.progress.done) told.push(lasting.progress.done);
      if (gives && lasting.progress.done) lasting.giveUp?.();
    });

    await page.lose();
    await page.session.step();

    assert.deepEqual(told, gives ? [0, 20_000] : [0, 20_000, 40_000]);
    assert.equal(page.state.lasting, null);
    assert.equal(page.head.t, gives ? 40_000 : 45_000);
    assert.match(page.notice, gives ? /as far as step \d+, where you stopped/ : /stands where it stood/);
  });

test("a session that has given way to others is made again, and that is said", async () => {
  const small = await new Server({ BACKSCOPE_SESSIONS: "2", BACKSCOPE_EXPIRY_HOURS: "0" }).start();
  try {
    const page = new Page(small);
    await page.session.open("xor");
    for (let i = 0; i < 5; i++) await page.session.step();
    const { id, state_sha256 } = page.head;
    for (let others = 0; others < 2; others++) await new Page(small).session.open("mazur");

    await page.session.step();

    assert.match(page.notice, /^news: .*has given way to newer ones.* made again .* stands where it stood/);
    assert.notEqual(page.head.id, id);
    assert.equal(page.head.state_sha256, state_sha256);
    assert.equal(page.state.t, 5);
    await page.session.step();
    assert.equal(page.state.t, 6);
  } finally {
    await small.stop();
  }
});

test("of a session that is gone the server's start is not blamed", async () => {
  const page = await opened("xor", 3);
  await page.lose();

  await page.session.step();

  assert.match(page.notice, /not on the server any more.* stands where it stood/);
});

const WEIGHT = parseAddress("hidden1.W[0,1]");
const CHANGES: Record<string, (page: Page) => Promise<void>> = {
  "a weight that was typed": (page) => page.changes.edit(WEIGHT, "0.7"),
  "an input that was typed": (page) => page.changes.edit(parseAddress("input.a[0,1]"), "0.7"),
  "a learning rate that held only from then on": (page) => page.changes.settle("learning_rate", "0.25"),
  "what somebody else changed": async (page) => {
    const other = new Page(server);
    await other.session.follow(page.head.id ?? "");
    await other.changes.edit(WEIGHT, "0.7");
    page.session.moved(await other.headThere());
    await until(() => page.head.rev === other.head.rev);
  },
};
for (const [what, change] of Object.entries(CHANGES))
  test(`${what} is not in a session that is made again, and that is said`, async () => {
    const page = await opened("mazur", 20);
    await page.learnCatalog();
    await change(page);
    for (let i = 0; i < 20; i++) await page.session.step();
    const { t } = page.state;
    await page.lose();

    await page.session.step();

    assert.match(page.notice, /not on the server any more.*what was changed on the way.* is not in it/);
    assert.equal(page.state.t, t);
  });

test("what was changed and taken back is not missed in a session that is made again", async () => {
  const page = await opened("mazur", 9);
  await page.changes.edit(WEIGHT, "0.7");
  await page.changes.undo();
  await page.lose();

  await page.session.step();

  assert.match(page.notice, /stands where it stood/);
});

test("playing goes on in a session that had to be made again", async () => {
  const page = await opened("mazur", 1);
  page.session.play();
  await until(() => page.state.t >= 3);

  await page.lose();
  await until(() => page.notice.startsWith("news"));
  const { t } = page.state;
  await until(() => page.state.t > t + 3);

  page.session.pause();
});

test("a run that is made again when the server fails once more is made when it is back", async () => {
  const page = await opened("mazur", 7);
  const { state_sha256 } = page.head;
  await page.lose();
  page.wire.instead.set(/graph/, () => {
    throw new TypeError("fetch failed");
  });

  await page.session.step();
  assert.match(page.notice, /^offline/);
  page.wire.instead.clear();
  await until(() => page.notice.startsWith("news"));

  assert.equal(page.state.t, 7);
  assert.equal(page.head.state_sha256, state_sha256);
});

test("a refusal is said in the server's words, and gone with the next thing that works", async () => {
  const page = await opened("mazur", 2);

  await page.session.open("mazurr");
  assert.match(page.notice, /^refused: .*mazurr/);
  assert.equal(page.state.t, 2);
  assert.equal(page.state.preset, "mazur");
  await page.session.step();

  assert.equal(page.notice, "");
  assert.equal(page.state.t, 3);
});

test("a refusal stays when the server tells of the session by itself", async () => {
  const page = await opened("mazur", 2);
  const other = new Page(server);
  await other.session.follow(page.head.id ?? "");
  await page.session.open("mazurr");
  page.session.take({ ...page.head, status: "running" });

  await other.session.step();
  page.session.moved({ ...other.head, status: "running" });
  await until(() => page.head.rev === other.head.rev);
  await page.session.act(async () => undefined, false);

  assert.match(page.notice, /^refused: .*mazurr/);
});

test("a run that diverges stops with words, and can be reset", async () => {
  const page = new Page(server);
  await page.enter(TOO_FAST);
  page.store.set({ size: "batch" });

  page.session.play();
  await until(() => page.notice !== "");
  assert.match(page.notice, /^refused: .*rewind/);
  assert.equal(page.state.playing, false);
  assert.equal(page.head.status, "diverged");
  await page.session.reset();

  assert.equal(page.notice, "");
  assert.equal(page.state.t, 0);
});

test("an epoch in which the run diverges is shown as far as it came", async () => {
  const page = new Page(server);
  const inline = { x: [[1], [1000], [1000], [1000], [1000], [1000]], y: [[1], [1], [1], [1], [1], [1]] };
  await page.enter({ ...TOO_FAST, data: { inline }, batch_size: 1 });
  page.store.set({ size: "epoch" });

  await page.session.step();

  assert.equal(page.notice, "");
  assert.equal(page.head.status, "diverged");
  assert.equal(page.state.t, page.head.t);
  assert.ok(page.state.t < 6 * page.head.ticks_per_step);
});

test("a session that is not there is refused, and an example can be opened", async () => {
  const page = new Page(server);

  await page.session.follow("s_gone");
  assert.match(page.notice, /^refused: There is no session/);
  await page.session.open("xor");

  assert.equal(page.notice, "");
  assert.equal(page.state.t, 0);
});

test("a session that was rewound elsewhere is shown as far as it is", async () => {
  const page = await opened("mazur", 9);
  await page.rewindElsewhere(4);

  await page.session.seek(7);
  await page.session.select(parseAddress("hidden1.z[0,0]"));

  assert.match(page.notice, /^news: .*rewound elsewhere/);
  assert.equal(page.head.t, 4);
  assert.equal(page.state.t, 4);
  await page.session.step();
  assert.equal(page.state.t, 5);
});

test("an error in one thing does not keep the next from being done", async () => {
  const page = await opened("mazur", 1);
  page.wire.instead.set(/explanations/, () => Response.json({ session: page.head, kind: "sum", terms: 7 }));

  await assert.rejects(page.session.step(), TypeError);
  page.wire.instead.clear();
  await page.session.reset();
  await page.session.step();

  assert.equal(page.state.t, 1);
});
