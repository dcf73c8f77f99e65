import assert from "node:assert/strict";
import { test } from "node:test";

import { changed, NOTHING, redone, undone, without } from "../../../static/src/core/undo.ts";

const at = (rev: number, t = 0, id = "s_1") => ({
  session: { id, spec: null, preset: null },
  rev,
  t,
  sample: 0,
  of: null,
});

test("with no change there is nothing to undo and nothing to redo", () => {
  assert.equal(undone(NOTHING, at(4)), null);
  assert.equal(redone(NOTHING, at(4)), null);
});

test("changes are undone in turn, the last first, and done again in theirs", () => {
  const two = changed(changed(NOTHING, at(3, 9)), at(6, 12));

  const first = undone(two, at(8, 15));
  const second = first && undone(first.then, at(9, 12));
  assert.deepEqual(first?.to, at(6, 12));
  assert.deepEqual(second?.to, at(3, 9));
  assert.equal(second && undone(second.then, at(10, 9)), null);

  const again = second && redone(second.then, at(10, 9));
  const last = again && redone(again.then, at(11, 12));
  assert.deepEqual(again?.to, at(9, 12));
  assert.deepEqual(last?.to, at(8, 15), "with the steps that had been made after the change");
  assert.equal(last && redone(last.then, at(12, 15)), null);
});

test("what was changed is known when it is undone, and when it is done again", () => {
  const two = changed(changed(NOTHING, { ...at(3), of: "learning_rate" }), at(6));

  const first = undone(two, at(8));
  const second = first && undone(first.then, at(9));
  assert.deepEqual([first?.to.of, second?.to.of], [null, "learning_rate"]);
  const again = second && redone(second.then, at(10));
  assert.equal(again?.to.of, "learning_rate");
  assert.equal(again && undone(again.then, at(11))?.to.of, "learning_rate");
});

test("a new change leaves what was undone", () => {
  const back = undone(changed(NOTHING, at(3)), at(5));

  const otherwise = back && changed(back.then, at(6));

  assert.equal(otherwise && redone(otherwise, at(7)), null);
  assert.deepEqual(otherwise && undone(otherwise, at(7))?.to, at(6));
});

test("of a session that is gone nothing can be undone or done again, of the others it can", () => {
  const all = changed(changed(NOTHING, at(3)), at(4, 9, "s_2"));

  assert.deepEqual(without(all, "s_1"), { past: [at(4, 9, "s_2")], future: [] });
  assert.deepEqual(without({ past: [], future: all.past }, "s_2"), { past: [], future: [at(3)] });
});
