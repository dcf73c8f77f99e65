import assert from "node:assert/strict";
import { test } from "node:test";

import { addressText, parseAddress } from "../../../static/src/core/numbers.ts";
import { before, through, type Way } from "../../../static/src/core/way.ts";

/** The way after going through doors from the first of these numbers to the last. */
function gone(...names: string[]): Way {
  const [first, ...others] = names.map(parseAddress);
  let [way, here]: [Way, typeof first | null] = [first ? [first] : [], first ?? null];
  for (const there of others) [way, here] = [through(way, here, there), there];
  return way;
}

const texts = (way: Way) => way.map(addressText);

test("every door makes the way longer, and the way back is what was passed", () => {
  const way = gone("hidden1.dW[0,0]", "hidden1.da[0,0]", "output.dz[0,1]");

  assert.deepEqual(texts(before(way, parseAddress("output.dz[0,1]"))), [
    "hidden1.dW[0,0]",
    "hidden1.da[0,0]",
  ]);
});

test("a number that is reached again ends the way there", () => {
  const way = gone("hidden1.dW[0,0]", "hidden1.da[0,0]", "output.dz[0,1]", "hidden1.da[0,0]");

  assert.deepEqual(texts(way), ["hidden1.dW[0,0]", "hidden1.da[0,0]"]);
  assert.deepEqual(texts(gone("loss.value", "loss.value")), ["loss.value"]);
});

test("a way that leads elsewhere is none", () => {
  const way = gone("hidden1.dW[0,0]", "hidden1.da[0,0]");

  assert.deepEqual(before(way, parseAddress("hidden1.W[0,0]")), []);
  assert.deepEqual(before(way, null), []);
  assert.deepEqual(
    texts(through(way, parseAddress("output.W[0,0]"), parseAddress("output.dW[0,0]"))),
    ["output.W[0,0]", "output.dW[0,0]"],
    "a door from a number that was not on it begins anew",
  );
});
