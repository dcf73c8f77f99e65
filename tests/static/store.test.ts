import assert from "node:assert/strict";
import { test } from "node:test";

import { INITIAL, type State, Store } from "../../static/src/store.ts";

/** The end of this turn of the event loop. */
const turn = () => new Promise((resolve) => setTimeout(resolve));

test("whoever watches is told at once, and after every change", async () => {
  const store = new Store();
  const seen: number[] = [];

  store.watch(({ t }) => seen.push(t));
  store.set({ t: 3 });
  await turn();
  store.set({ t: 4 });
  await turn();

  assert.deepEqual(seen, [0, 3, 4]);
});

test("a change can be read before anyone has been told", () => {
  const store = new Store();

  store.set({ t: 3 });

  assert.equal(store.state.t, 3);
});

test("all changes of one turn are told once, as one state", async () => {
  const store = new Store();
  const seen: [number, boolean][] = [];
  store.watch(({ t, playing }) => seen.push([t, playing]));

  store.set({ t: 1 });
  store.set({ playing: true });
  store.set({ t: 2 });
  await turn();

  assert.deepEqual(seen, [[0, false], [2, true]]); // prettier-ignore
});

test("a change leaves everything else as it was, and the state before untouched", () => {
  const store = new Store();
  const before = store.state;

  store.set({ t: 5 });

  assert.deepEqual(store.state, { ...INITIAL, t: 5 });
  assert.equal(before.t, 0);
});

test("a change made while telling is told too", async () => {
  const store = new Store();
  const seen: number[] = [];
  store.watch(({ t }) => {
    seen.push(t);
    if (t === 1) store.set({ t: 2 });
  });

  store.set({ t: 1 });
  await turn();

  assert.deepEqual(seen, [0, 1, 2]);
});

test("who stops watching is told no more, also when a change is on its way", async () => {
  const store = new Store();
  const seen: State[] = [];
  const stop = store.watch((state) => seen.push(state));

  store.set({ t: 1 });
  stop();
  await turn();

  assert.equal(seen.length, 1);
});
