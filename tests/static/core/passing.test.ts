/** What units let through of a gradient, held to what a server answered of a dead unit and of saturated ones. */

import assert from "node:assert/strict";
import test from "node:test";

import type { Frame, Tensor } from "../../../static/src/api/types.ts";
import { layerOf } from "../../../static/src/core/net.ts";
import { passingOf, passingText } from "../../../static/src/core/passing.ts";
import { recorded } from "../recorded.ts";

const session = recorded("dead-unit");
const { net } = session;
const hidden = layerOf(net, "hidden1");
if (!hidden) throw new Error("it has a hidden layer");

/** The frame with other gradients at the hidden layer. */
function changed(da: number[][], dz: number[][]): Frame {
  const frame = session.frame(17);
  const tensor = (values: number[][]) =>
    ({ shape: [values.length, values[0]?.length ?? 0], values }) as Tensor;
  return { ...frame, tensors: { ...frame.tensors, "hidden1.da": tensor(da), "hidden1.dz": tensor(dz) } };
}

test("a dead unit stops what arrives, once its slope is known and not before", () => {
  const K = net.schedule.length;
  const frames = Array.from({ length: K + 1 }, (_, t) => session.frame(t));
  const kinds = frames.map((frame) =>
    Array.from({ length: hidden.units }, (_, unit) => passingOf(net, hidden, frame, [0, unit])?.kind ?? null),
  );
  const known = frames.findIndex((frame) => frame.tensors["hidden1.dz"] != null);

  assert.ok(known > 0);
  assert.ok(kinds.slice(0, known).every((row) => row.every((kind) => kind === null)));
  assert.ok(kinds[known]?.includes("blocked"));
});

test("a slope of zero is told from a small one, and that from one that lets through", () => {
  const frame = changed([[2, 2, -4]], [[0, 0.1, -4]]);
  const at = (unit: number) => passingOf(net, { ...hidden, units: 3 }, frame, [0, unit]);

  assert.deepEqual(
    [at(0), at(1), at(2)].map((one) => one?.kind),
    ["blocked", "weak", "open"],
  );
  assert.deepEqual(
    [at(0), at(1), at(2)].map((one) => one?.share),
    [0.5, 0.5, 1],
  );
  assert.equal(passingText(at(1), 1), "weak: error 2 × slope 0.05");
  assert.equal(passingText(at(2), 1), "");
});

test("where nothing arrives nothing is stopped", () => {
  assert.equal(passingOf(net, hidden, changed([[0, 0]], [[0, 0]]), [0, 0]), null);
});

test("a unit that stops every example of the batch is told from one that stops this one", () => {
  const frame = changed(
    [
      [1, 1],
      [1, 1],
    ],
    [
      [0, 0],
      [0, 1],
    ],
  );

  assert.equal(passingText(passingOf(net, hidden, frame, [0, 0]), 2), "blocked for all 2 examples: slope 0");
  assert.equal(passingText(passingOf(net, hidden, frame, [0, 1]), 2), "blocked: slope 0");
  const alone = changed(
    [
      [1, 1],
      [0, 1],
    ],
    [
      [0, 0],
      [0, 1],
    ],
  );
  assert.equal(
    passingText(passingOf(net, hidden, alone, [0, 0]), 2),
    "blocked for all 2 examples: slope 0",
    "of an example of which nothing arrives nothing is stopped",
  );
});

test("where numbers are mixed, and not multiplied by a slope of their own, nothing is said", () => {
  const schedule = net.schedule.map((tick) => ({ ...tick, matrix: null }));

  assert.equal(passingOf({ ...net, schedule }, hidden, session.frame(17), [0, 1]), null);
});
