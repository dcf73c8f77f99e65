import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";

import { Store } from "../../static/src/store.ts";
import { Waiting } from "../../static/src/waiting.ts";
import { FakeClock } from "./clock.ts";

/** Work that goes on until it is ended. */
function underWay() {
  let end: (how: Promise<void>) => void = () => undefined;
  const work = new Promise<void>((resolve) => (end = resolve));
  return { work, end };
}

test("what takes long is said, with a way to give it up where there is one", async () => {
  const [store, clock] = [new Store(), new FakeClock()];
  const waiting = new Waiting(store, clock);
  const { work, end } = underWay();
  const lasting = () => store.state.lasting;
  let given = 0;

  waiting.follow(work, () => given++);
  clock.pass(2900);
  await setImmediate();
  assert.equal(lasting(), null);
  clock.pass(200);
  await setImmediate();
  assert.match(lasting()?.text ?? "", /takes a while/);
  lasting()?.giveUp?.();
  assert.equal(given, 1);
  end(Promise.resolve());
  await setImmediate();

  assert.equal(lasting(), null);
});

test("only what takes its time is told of, and only until nothing is under way", async () => {
  const [store, clock] = [new Store(), new FakeClock()];
  const waiting = new Waiting(store, clock);
  const [first, second] = [underWay(), underWay()];

  waiting.follow(Promise.resolve());
  await setImmediate();
  clock.pass(500);
  await setImmediate();
  assert.equal(store.state.waiting, false);

  for (const { work } of [first, second]) waiting.follow(work);
  clock.pass(300);
  await setImmediate();
  assert.equal(store.state.waiting, false);
  clock.pass(200);
  await setImmediate();
  assert.equal(store.state.waiting, true);
  first.end(Promise.resolve());
  await setImmediate();
  assert.equal(store.state.waiting, true);
  second.end(Promise.reject(new Error("refused")));
  await setImmediate();
  assert.equal(store.state.waiting, false);
});
