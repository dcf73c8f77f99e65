import assert from "node:assert/strict";
import { test } from "node:test";

import { after, before, larger, SIZES } from "../../../static/src/core/stepping.ts";
import { walks } from "../recorded.ts";

for (const { preset, schedule, steps_per_epoch, reached } of walks())
  for (const size of SIZES) {
    test(`${preset}: one ${size} forward leads where the server's step leads, from every moment`, () => {
      const led = reached[size].map((_, t) => after(schedule, steps_per_epoch, size, t));

      assert.deepEqual(led, reached[size]);
    });

    test(`${preset}: one ${size} back leads to the last moment before, at which one ${size} ends`, () => {
      const ends = new Set([0, ...reached[size]]);

      for (let t = 0; t <= 2 * schedule.length; t++) {
        const expected = Math.max(0, ...[...ends].filter((end) => end < t));
        assert.equal(before(schedule, steps_per_epoch, size, t), expected, `from ${t}`);
      }
    });

    test(`${preset}: from where one ${size} ends, back and forward again is no move`, () => {
      for (const end of reached[size]) {
        const back = before(schedule, steps_per_epoch, size, end);
        assert.ok(back < end);
        assert.equal(after(schedule, steps_per_epoch, size, back), end);
      }
    });
  }

test("there is nothing before the beginning", () => {
  for (const { schedule, steps_per_epoch } of walks())
    for (const size of SIZES) assert.equal(before(schedule, steps_per_epoch, size, 0), 0);
});

test("each size has the next one as its larger, and the largest none", () => {
  assert.deepEqual(SIZES.map(larger), ["layer", "phase", "batch", "epoch", "epoch"]);
});
