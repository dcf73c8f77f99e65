import assert from "node:assert/strict";
import { test } from "node:test";

import { briefOf, presentTensor } from "../../../static/src/core/brief.ts";
import { layerOf, type Layer } from "../../../static/src/core/net.ts";
import { parseAddress, valueAt } from "../../../static/src/core/numbers.ts";
import { recorded } from "../recorded.ts";

const mazur = recorded("mazur");
const present = (name: string, t: number, { net, frame } = mazur) =>
  presentTensor(net, layerOf(net, name) as Layer, frame(t));

test("a unit in brief shows what was computed of it last", () => {
  const shown = (name: string) => [0, 1, 2, 9, 10, 11].map((t) => present(name, t));

  assert.deepEqual(shown("hidden1"), ["hidden1.a", "hidden1.z", "hidden1.a", "hidden1.a", "hidden1.da", "hidden1.dz"]);
  assert.deepEqual(shown("input"), Array(6).fill("input.a"));
}); // prettier-ignore

test("an output shows its probability until its gradient comes", () => {
  const batch = recorded("xor-batch");

  assert.deepEqual(
    [4, 5, 6, 7].map((t) => present("output", t, batch)),
    ["output.a", "loss.p", "output.da", "output.dz"],
  );
});

test("its number is the chosen example's, and none where nothing is computed yet", () => {
  const { net, frame } = recorded("xor-batch");
  const value = valueAt(frame(2), parseAddress("hidden1.a[3,1]"));

  assert.equal(briefOf(net, "hidden1.a", frame(2), [3, 1]).value, value);
  assert.deepEqual(briefOf(net, "hidden1.a", frame(1), [3, 1]), {
    address: { tensor: "hidden1.a", index: [3, 1] },
    value: null,
    tint: 0,
  });
});

test("values are tinted by their size, gradients by their share of the largest in the whole net", () => {
  const { net, frame } = mazur;
  const tint = (tensor: string, t: number, unit: number) => briefOf(net, tensor, frame(t), [0, unit]).tint;
  const value = (address: string, t: number) => Math.abs(valueAt(frame(t), parseAddress(address)) ?? NaN);

  assert.equal(tint("hidden1.a", 2, 0), value("hidden1.a[0,0]", 2));
  assert.equal(tint("output.da", 11, 0), 1);
  assert.ok(tint("hidden1.dz", 11, 0) < 0.15, "it has shrunk on its way");
  assert.ok(tint("hidden1.dz", 11, 0) > 0);
});

test("an example that is small beside others has tints of its own", () => {
  const { net, frame } = recorded("xor-batch");
  const values = [[1e6, 3e6, -2e6], [100, -50, 25], [0, 0, 0], [0.5, 2, 0]]; // prettier-ignore
  const large = { ...frame(2), tensors: { ...frame(2).tensors, "hidden1.a": { shape: [4, 3], values } } };
  const tints = (sample: number) =>
    [0, 1, 2].map((unit) => briefOf(net, "hidden1.a", large as never, [sample, unit]).tint);

  assert.deepEqual([1, 2, 3].map(tints), [[1, 0.5, 0.25], [0, 0, 0], [0.25, 1, 0]]); // prettier-ignore
});

test("a number that is not finite has the strongest tint, and none that is no number", () => {
  const { net, frame } = mazur;
  const odd = {
    ...frame(2),
    tensors: { ...frame(2).tensors, "hidden1.a": { shape: [1, 2], values: [["-Infinity", "NaN"]] } },
  };
  const tint = (unit: number) => briefOf(net, "hidden1.a", odd as never, [0, unit]).tint;

  assert.deepEqual([tint(0), tint(1)], [1, 0]);
});
