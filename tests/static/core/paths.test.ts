import assert from "node:assert/strict";
import { test } from "node:test";

import type { Path } from "../../../static/src/api/types.ts";
import { addressText, parseAddress } from "../../../static/src/core/numbers.ts";
import { exampleOf, pathNames, productsOf, startOf, traceOf } from "../../../static/src/core/paths.ts";
import { recorded } from "../recorded.ts";

const { net } = recorded("mazur");

const stored = (address: string, value: number) => {
  const { tensor, index } = parseAddress(address);
  return { symbol: "s", text: "t", value, tensor, index: [...index] };
};
const had = (value: number) => ({ symbol: "s", text: "t", value, tensor: null, index: null });

/** A path from hidden1.W[0,0] by an output unit, through an example. */
function path(unit: number, example = 0): Path {
  const nodes = ["hidden1.W[0,0]", `hidden1.z[${example},0]`, `hidden1.a[${example},0]`];
  nodes.push(
    `output.z[${example},${unit}]`,
    `output.a[${example},${unit}]`,
    `loss.terms[${example}]`,
    "loss.value",
  );
  const factors = [
    had(0.5),
    had(0.5),
    stored(`output.W[${unit},0]`, 4),
    had(0.25),
    stored("input.a[0,0]", -1),
  ];
  return { nodes, factors, value: -0.25 };
}

test("a path lies on its own weight and on those that are its factors, and passes its units", () => {
  const { edges, units } = traceOf(net, path(1));

  assert.deepEqual([...edges], ["hidden1.W[0,0]", "output.W[1,0]"]);
  assert.deepEqual([...units], ["hidden1.0", "output.1"]);
});

test("paths are called by what they do not share", () => {
  assert.deepEqual(pathNames(net, [path(0), path(1)]), ["output.0", "output.1"]);
  assert.deepEqual(pathNames(net, [path(0, 3), path(0, 5)]), ["example 3", "example 5"]);
  assert.deepEqual(pathNames(net, [path(0, 3), path(1, 5)]), [
    "example 3 › output.0",
    "example 5 › output.1",
  ]);
  assert.deepEqual(pathNames(net, [path(0)]), ["example 0 › hidden1.0 › output.0"]);
  const penalty = { nodes: ["hidden1.W[0,0]", "loss.penalty", "loss.value"], factors: [had(1)], value: 1 };
  assert.deepEqual(pathNames(net, [path(0), penalty])[1], "penalty");
  assert.deepEqual(
    [path(0, 3), penalty].map((one) => exampleOf(net, one)),
    [3, null],
  );
});

test("the product along a path is what is left of the gradient after each factor", () => {
  assert.deepEqual(productsOf(path(0).factors), [0.5, 0.25, 1, 0.25, -0.25]);
});

test("a gradient and an update have the paths of what they belong to, and the input has none", () => {
  const start = (of: string) => {
    const found = startOf(net, parseAddress(of));
    return found && addressText(found);
  };

  assert.equal(start("hidden1.dW[1,0]"), "hidden1.W[1,0]");
  assert.equal(start("hidden1.uW[1,0]"), "hidden1.W[1,0]");
  assert.equal(start("hidden1.da[0,1]"), "hidden1.a[0,1]");
  assert.equal(start("output.z[0,1]"), "output.z[0,1]");
  assert.equal(start("input.a[0,1]"), null);
  assert.equal(start("loss.value"), null);
});
