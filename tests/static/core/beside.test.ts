import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame, ScheduledTick, Spec } from "../../../static/src/api/types.ts";
import {
  besideSheet,
  difference,
  matching,
  sameParameters,
  specChanges,
  withoutSlopes,
} from "../../../static/src/core/beside.ts";
import { passingOf } from "../../../static/src/core/passing.ts";
import { recorded } from "../recorded.ts";

/** Ticks from texts as `forward hidden1`; of a second micro-batch with a 1 after it. */
function ticks(...texts: string[]): ScheduledTick[] {
  return texts.map((text, index) => {
    const [phase, layer, micro = "0"] = text.split(" ");
    return { index, phase, layer, micro: Number(micro) } as unknown as ScheduledTick;
  });
}

const SHORT = ticks(
  "forward hidden1",
  "forward hidden1",
  "forward output",
  "loss loss",
  "backward output",
  "backward hidden1",
  "update hidden1",
  "update output",
);

test("a run of the same ticks is at the same moment", () => {
  const moments = Array.from({ length: 3 * SHORT.length }, (_, t) => t);

  assert.deepEqual(
    moments.map((t) => matching(SHORT, t, ticks(...SHORT.map(({ phase, layer }) => `${phase} ${layer}`)))),
    moments,
  );
});

test("with more ticks for a layer, the last goes with the last and a step ends with a step", () => {
  const long = ticks(
    "forward hidden1",
    "forward hidden1",
    "forward hidden1",
    "forward output",
    "loss loss",
    "backward output",
    "backward output",
    "backward hidden1",
    "update hidden1",
    "update output",
  );

  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8].map((t) => matching(SHORT, t, long)),
    [0, 1, 3, 4, 5, 7, 8, 9, 10],
  );
  assert.deepEqual(
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((t) => matching(long, t, SHORT)),
    [0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8],
  );
  assert.equal(matching(SHORT, 5 * SHORT.length + 4, long), 5 * long.length + 5);
});

test("at a layer that the other run has not, it waits where it was", () => {
  const deep = ticks(
    "forward hidden1",
    "forward hidden1",
    "forward hidden2",
    "forward output",
    "loss loss",
    "backward output",
    "backward hidden2",
    "backward hidden1",
    "update hidden1",
    "update hidden2",
    "update output",
  );

  assert.deepEqual(
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((t) => matching(deep, t, SHORT)),
    [1, 2, 2, 3, 4, 5, 5, 6, 7, 7, 8],
  );
  assert.equal(matching(ticks("forward extra", "loss loss"), 1, SHORT), 0);
});

test("a micro-batch goes with the one of its number", () => {
  const two = ticks("forward output", "loss loss", "forward output 1", "loss loss 1", "update output");
  const one = ticks("forward output", "loss loss", "update output");

  assert.deepEqual(
    [1, 2, 3, 4, 5].map((t) => matching(two, t, one)),
    [1, 2, 2, 2, 3],
  );
});

function frame(tensors: Frame["tensors"]): Frame {
  return { t: 3, step: 0, tick: 3, phase: "forward", tensors };
}

test("a difference is exact, is not there where one is not computed, and is none of other shapes", () => {
  const own = frame({
    W: { shape: [1, 3], values: [[0.3, 1e300, "Infinity"]] },
    z: { shape: [2], values: [1, null] },
    b: { shape: [2], values: [1, 2] },
    a: null,
    loss: { shape: [], values: 0.5 },
  });
  const other = frame({
    W: { shape: [1, 3], values: [[0.1, -1e308, "Infinity"]] },
    z: { shape: [2], values: [1, 1] },
    b: { shape: [3], values: [1, 2, 3] },
    a: { shape: [1], values: [0] },
    loss: { shape: [], values: 0.2 },
    more: { shape: [1], values: [0] },
  });

  const { tensors, ...moment } = difference(own, { ...other, t: 7 });

  assert.deepEqual(moment, { t: 7, step: 0, tick: 3, phase: "forward" });
  assert.deepEqual(tensors["W"]?.values, [[0.3 - 0.1, 1e300 + 1e308, "NaN"]]);
  assert.deepEqual(tensors["z"]?.values, [0, null]);
  assert.deepEqual(
    ["b", "a", "more"].map((name) => tensors[name]),
    [null, null, null],
  );
  assert.equal(tensors["loss"]?.values, 0.5 - 0.2);
});

test("of differences it is not said that a unit lets a gradient through", () => {
  const { net, frame: at } = recorded("dead-unit");
  const [, hidden] = net.layers;
  const ended = at(net.schedule.length);
  assert.ok(hidden && passingOf(net, hidden, ended, [0, 0]));

  assert.equal(passingOf(withoutSlopes(net), hidden, ended, [0, 0]), null);
});

const SPEC = {
  name: "XOR",
  batch_size: 1,
  layers: [
    { units: 3, activation: "one" },
    { units: 1, activation: { type: "two", slope: 0.1 } },
  ],
  parameters: {},
  loss: { type: "one" },
  optimizer: { type: "one", learning_rate: 0.3, momentum: 0 },
} as unknown as Spec;

test("what differs in two specs is said with its path, whatever it is; a name is none of it", () => {
  const other = {
    ...SPEC,
    name: "Own",
    layers: [
      { units: 3, activation: "three" },
      { units: 1, activation: { type: "two", slope: 0.2 } },
      { units: 2 },
    ],
    optimizer: { type: "one", learning_rate: 0.3, momentum: 0.9, clip: null },
  } as unknown as Spec;

  assert.deepEqual(specChanges(SPEC, SPEC), []);
  assert.deepEqual(specChanges(SPEC, { ...SPEC, name: "Own" }), []);
  assert.deepEqual(specChanges(SPEC, other), [
    "layers[0].activation: one → three",
    "layers[1].activation.slope: 0.1 → 0.2",
    'layers[2]: none → {"units":2}',
    "optimizer.momentum: 0 → 0.9",
  ]);
  assert.deepEqual(specChanges(other, SPEC).at(-1), "optimizer.momentum: 0.9 → 0");
});

test("the same change at neighbours in a list is said once", () => {
  const layers = (...activations: string[]) =>
    ({ ...SPEC, layers: activations.map((activation) => ({ activation })) }) as unknown as Spec;
  const plain = layers("one", "one", "one", "one");

  assert.deepEqual(specChanges(plain, layers("two", "two", "two", "two")), [
    "layers[0…3].activation: one → two",
  ]);
  assert.deepEqual(specChanges(plain, layers("two", "one", "two", "two")), [
    "layers[0].activation: one → two",
    "layers[2…3].activation: one → two",
  ]);
  assert.deepEqual(specChanges(plain, layers("two", "two", "two", "three")), [
    "layers[0…2].activation: one → two",
    "layers[3].activation: one → three",
  ]);
});

test("a value that is long is cut", () => {
  const [change = ""] = specChanges(SPEC, { ...SPEC, parameters: { W: Array<number>(100).fill(1) } } as Spec);

  assert.match(change, /^parameters\.W: none → \[1,1,.*…$/);
  assert.ok(change.length < 80);
});

test("the table has every parameter and gradient that both have, and what is left out is said", () => {
  const { net, frame: at } = recorded("mazur");
  const [begun, ended] = [at(0), at(net.schedule.length)];

  const sheet = besideSheet([net, net], [ended, begun]);

  assert.deepEqual(sheet.columns, ["address", "this", "beside", "difference"]);
  const rows = new Map(sheet.rows.map(([address, ...rest]) => [address, rest]));
  const [here, there, more] = rows.get("hidden1.W[0,1]") as number[];
  assert.equal(more, (here ?? 0) - (there ?? 0));
  assert.notEqual(more, 0);
  const [gradient, none, unknown] = rows.get("hidden1.dW[0,1]") ?? [];
  assert.equal(typeof gradient, "number");
  assert.deepEqual([none, unknown], [null, null]);
  assert.ok(![...rows.keys()].some((address) => String(address).startsWith("hidden1.a")));

  const cut = besideSheet([net, net], [ended, begun], 3);
  assert.equal(cut.rows.length, 3);
  assert.equal(cut.of, `numbers, the first of ${sheet.rows.length}; Numbers has them all`);
});

test("parameters are the same when no difference is another number than zero", () => {
  const { net, frame: at } = recorded("mazur");
  const [begun, ended] = [at(0), at(net.schedule.length)];

  assert.equal(sameParameters(net, difference(begun, begun)), true);
  assert.equal(sameParameters(net, difference(ended, begun)), false);
});
