import assert from "node:assert/strict";
import { test } from "node:test";

import { Client } from "../../static/src/api/client.ts";
import type { Head } from "../../static/src/api/types.ts";
import { startMaps } from "../../static/src/mapfeed.ts";
import { Store } from "../../static/src/store.ts";
import { FakeClock } from "./clock.ts";
import { netOf } from "./nets.ts";

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));
const NO_ROWS = { shape: [0, 2], values: [] };

/** A page that shows a moment of a network, and a server that has a map of each. */
async function shown(net = netOf(2, 3, 1)) {
  const asked: string[] = [];
  const client = new Client((async (path: string, init: RequestInit) => {
    asked.push(path.replace("/api/v1/sessions/", ""));
    if (path.endsWith("/data"))
      return Response.json({ x: NO_ROWS, y: { shape: [0, 1], values: [] }, test_x: null, test_y: null });
    const accept = new Headers(init.headers).get("Accept") ?? "";
    const header = new TextEncoder().encode(JSON.stringify({ __metadata__: { x: "[0,1]", y: "[2,3]" } }));
    const length = new BigUint64Array([BigInt(header.length)]);
    return new Response(new Blob([length, header]), { headers: { "Content-Type": accept } });
  }) as typeof fetch);
  const store = new Store();
  const clock = new FakeClock();
  startMaps(client, store, clock);
  const go = async (t: number, change: object = {}) => {
    store.set({ net, t, head: { view_id: "v_1", t: 100 } as Head, ...change });
    for (let turn = 0; turn < 3; turn++) {
      await settled();
      clock.pass(10_000);
    }
    await settled();
  };
  const maps = () => asked.filter((path) => path.includes("/maps"));
  return { asked, maps, store, go, net };
}

test("a step's forward and backward pass have one set of pictures; an update has the next", async () => {
  const page = await shown();
  const first = page.net.schedule.findIndex(({ phase }) => phase === "update");

  for (let t = 0; t <= first + 1; t++) await page.go(t);

  assert.deepEqual(page.maps(), [`v_1/maps?resolution=20&t=0`, `v_1/maps?resolution=20&t=${first + 1}`]);
  assert.equal(page.store.state.maps?.t, first + 1);
  assert.deepEqual(page.store.state.maps?.y, [2, 3]);
  await page.go(1);
  assert.equal(page.maps().length, 2, "what was seen can be seen again");
  assert.equal(page.store.state.maps?.t, 0);
});

test("the same moment of another history is another moment", async () => {
  const page = await shown();
  await page.go(0);

  await page.go(0, { past: 1 });

  assert.equal(page.maps().length, 2);
});

test("while a rewind is under way, no moment is asked for that is not there any more", async () => {
  const page = await shown();

  await page.go(40, { head: { view_id: "v_1", t: 0 } as Head });
  await page.go(0, { changing: true });
  assert.deepEqual(page.maps(), []);

  await page.go(0, { changing: false });
  assert.equal(page.maps().length, 1);
});

test("of a session that was left nothing stays", async () => {
  const page = await shown();
  await page.go(0);
  assert.ok(page.store.state.maps);
  assert.ok(page.store.state.rows);

  page.store.set({ head: { view_id: "v_2" } as Head });
  await new Promise((resolve) => setTimeout(resolve));

  assert.notEqual(page.store.state.maps?.of, "v_1");
  assert.notEqual(page.store.state.rows?.of, "v_1");
});

test("the rows are asked for once a session, where they can be drawn: over one input or two", async () => {
  for (const [inputs, asks] of [
    [1, 1],
    [2, 1],
    [3, 0],
  ] as const) {
    const page = await shown(netOf(inputs, 3, 1));

    await page.go(0);
    await page.go(1);

    assert.equal(page.asked.filter((path) => path === "v_1/data").length, asks, `${inputs} inputs`);
  }
});

test("where the inputs are no plane nothing is asked", async () => {
  const page = await shown(netOf(3, 3, 1));

  await page.go(0);

  assert.deepEqual(page.asked, []);
});
