import assert from "node:assert/strict";
import { test } from "node:test";

import type { Catalog, Spec } from "../../../static/src/api/types.ts";
import {
  dataName,
  type Earlier,
  earlierText,
  MOST_EARLIER,
  readEarlier,
  shelved,
} from "../../../static/src/core/earlier.ts";

const one = (id: string, more: Partial<Earlier> = {}): Earlier => ({
  id,
  rev: 3,
  t: 40,
  steps: 2,
  widths: "2-3-1",
  data: "Circle",
  preset: null,
  made: true,
  ...more,
});

test("the latest stands first, and a session once", () => {
  const { list } = shelved([one("a"), one("b")], one("b", { t: 50 }));

  assert.deepEqual(
    list.map(({ id, t }) => [id, t]),
    [
      ["b", 50],
      ["a", 40],
    ],
  );
});

test("for which there is no room is told, so that it can be taken away", () => {
  const full = Array.from({ length: MOST_EARLIER }, (_, i) => one(`s${i}`));

  const { list, over } = shelved(full, one("new"));

  assert.equal(list.length, MOST_EARLIER);
  assert.deepEqual(
    over.map(({ id }) => id),
    [`s${MOST_EARLIER - 1}`],
  );
});

test("a session is told by its widths, its data and how far it had got", () => {
  assert.equal(earlierText(one("a")), "2-3-1 · Circle · 2 steps");
  assert.equal(earlierText(one("a", { steps: 1 })), "2-3-1 · Circle · 1 step");
  assert.equal(earlierText(one("a", { steps: 0, t: 7 })), "2-3-1 · Circle · 7 ticks");
});

test("data are called by the catalog, a table by its file where that is known", () => {
  const catalog = { datasets: [{ type: "ring", title: "A ring" }] } as unknown as Catalog;
  const name = (data: object) => dataName({ data } as unknown as Spec, catalog, { d_1: "flowers.csv" });

  assert.equal(name({ dataset: "ring" }), "A ring");
  assert.equal(name({ dataset_id: "d_1" }), "flowers.csv");
  assert.equal(name({ dataset_id: "d_2" }), "Uploaded table");
  assert.equal(name({ inline: {} }), "Given rows");
});

test("what was kept is read again, and what is none of ours is nothing", () => {
  assert.deepEqual(readEarlier(JSON.stringify([one("a")])), [one("a")]);
  assert.deepEqual(readEarlier(null), []);
  assert.deepEqual(readEarlier("{"), []);
  assert.deepEqual(readEarlier('[{"id": 3}]'), []);
  for (const wrong of [{ id: 3 }, { t: -1 }, { rev: -1 }])
    assert.deepEqual(readEarlier(JSON.stringify([{ ...one("a"), ...wrong }])), []);
  assert.deepEqual(readEarlier('"no list"'), []);
});
