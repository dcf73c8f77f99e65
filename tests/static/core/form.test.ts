import assert from "node:assert/strict";
import { test } from "node:test";

import {
  asMatrices,
  type Focus,
  folded,
  formOf,
  gridOf,
  MOST_EDGES,
  NOWHERE,
  repeated,
  weightsInto,
  widthsText,
} from "../../../static/src/core/form.ts";
import type { Layer, Net } from "../../../static/src/core/net.ts";
import { deep, netOf } from "../nets.ts";

const named = (layers: Iterable<Layer>) => [...layers].map(({ name }) => name);
const forms = (net: Net, height: number, tight = false) =>
  net.layers.map((layer) => formOf(net, layer, height, tight));

test("units have all their numbers where there is room, else the last one, else a tint", () => {
  assert.deepEqual(forms(netOf(2, 3, 1), 330), ["full", "full", "full"]);
  assert.deepEqual(forms(netOf(64, 16, 10), 510), ["cells", "slim", "slim"]);
  assert.deepEqual(forms(netOf(64, 16, 10), 330), ["cells", "slim", "slim"]);
  assert.deepEqual(forms(netOf(64, 16, 10), 300), ["cells", "cells", "slim"]);
  assert.deepEqual(forms(netOf(2, 16, 1), 510, true), ["full", "cells", "full"]);
});

test("many cells are a grid that is as square as it can be without a gap in its last row", () => {
  const grid = (units: number) => Object.values(gridOf({ units }));

  assert.deepEqual(grid(10), [1, 10, 10]);
  assert.deepEqual(grid(16), [1, 16, 16]);
  assert.deepEqual(grid(64), [8, 8, 64]);
  assert.deepEqual(grid(32), [4, 8, 32]);
  assert.deepEqual(grid(784), [28, 28, 784]);
  assert.deepEqual(grid(17), [5, 4, 17], "a prime number has no such grid");
});

test("more cells than can be told apart are not drawn, and how many that are can be said", () => {
  assert.equal(gridOf({ units: 3000 }).shown, 1024);
});

test("three and more layers that are the same but for their weights are repeated", () => {
  const runs = (net: Net) => repeated(net).map(named);

  assert.deepEqual(runs(netOf(2, 16, 16, 1)), []);
  assert.deepEqual(runs(netOf(2, 16, 16, 16, 1)), [["hidden1", "hidden2", "hidden3"]]);
  assert.deepEqual(
    runs(netOf(2, 5, 5, 5, 3, 3, 3, 1)).map(({ length }) => length),
    [3, 3],
  );
  assert.deepEqual(runs(netOf(4, 4, 4, 1)), [], "the input is no layer like others");
  const other = deep(5);
  const layers = other.layers.map((layer, i) => (i === 3 ? { ...layer, activation: "else" } : layer));
  assert.deepEqual(runs({ ...other, layers }), []);
});

test("a preset is named by the widths of its layers, many of one width in short", () => {
  assert.equal(widthsText([2, 3, 1]), "2-3-1");
  assert.equal(widthsText([2, 2, 2]), "2-2-2");
  assert.equal(widthsText([2, 8, 8, 1]), "2-8-8-1");
  assert.equal(widthsText([2, ...Array<number>(12).fill(16), 1]), "2-16×12-1");
});

test("a fold is open at the present layer, else at the selected unit's, else at the end that is nearer", () => {
  const net = deep(12);
  const [run] = repeated(net) as [Layer[]];
  const open = (focus: Partial<Focus>) => folded(net, run, { ...NOWHERE, ...focus }).open.name;

  assert.equal(open({ layer: "hidden7" }), "hidden7");
  assert.equal(open({ layer: "output" }), "hidden12");
  assert.equal(open({ layer: "loss" }), "hidden12");
  assert.equal(open({ layer: null }), "hidden2");
  assert.equal(open({ layer: "hidden1" }), "hidden2", "the weights into the first are seen anyway");
  assert.equal(open({ layer: "loss", unit: { layer: "hidden4", unit: 3 } }), "hidden4");
  assert.equal(open({ layer: "hidden9", unit: { layer: "hidden4", unit: 3 } }), "hidden9");
});

test("the largest layers become matrices first, and no more than must", () => {
  const seen = (net: Net, layer: string | null = null) => {
    const matrices = asMatrices(net, net.layers, { ...NOWHERE, layer });
    const rest = net.layers.filter((one) => !matrices.has(one));
    assert.ok(rest.reduce((sum, one) => sum + weightsInto(net, one), 0) <= MOST_EDGES);
    return named(matrices);
  };

  assert.deepEqual(seen(netOf(64, 16, 10)), []);
  assert.deepEqual(seen(netOf(784, 128, 64, 10)), ["hidden1", "hidden2"]);
  assert.deepEqual(seen(netOf(10, 38, 38, 38)), ["hidden2"]);
  assert.deepEqual(seen(netOf(10, 38, 38, 38), "hidden2"), ["output"], "of two alike not the present one");
});
