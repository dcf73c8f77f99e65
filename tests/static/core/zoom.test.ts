import assert from "node:assert/strict";
import { test } from "node:test";

import { scrollTo, WHOLE, zoomBy } from "../../../static/src/core/zoom.ts";

test("zooming in and out leads the same way, and ends at the whole and at three times", () => {
  const ways = (by: 1 | -1, from: number) => {
    const found = [from];
    while (zoomBy(found.at(-1) ?? 0, by) !== found.at(-1)) found.push(zoomBy(found.at(-1) ?? 0, by));
    return found;
  };

  const up = ways(1, WHOLE);
  assert.equal(up.at(-1), 3);
  assert.deepEqual(ways(-1, 3), up.toReversed());
});

test("what is pointed at stays there", () => {
  const [scrolled, at, ratio] = [120, 80, 1.5];
  const place = (scrolled + at) / 1000;

  assert.equal(scrollTo(scrolled, at, ratio) + at, place * 1000 * ratio);
});
