import assert from "node:assert/strict";
import { test } from "node:test";

import { insideAt, lineOf, nameOf, roomAt } from "../../../static/src/core/heading.ts";
import { layOut } from "../../../static/src/core/scene.ts";
import { recorded } from "../recorded.ts";

const PARTS = ["leaky relu", "dz ÷ 10", "±2.4"];

test("a line has all its parts where there is room, then not what the layer is, then only which number it shows", () => {
  assert.equal(lineOf(PARTS, 200), "leaky relu · dz ÷ 10 · ±2.4");
  assert.equal(lineOf(PARTS, 100), "dz ÷ 10 · ±2.4");
  assert.equal(lineOf(PARTS, 50), "dz ÷ 10");
  assert.equal(lineOf(PARTS, 10), "dz ÷ 10");
  assert.equal(lineOf(["tanh"], 10), "tanh");
  assert.equal(lineOf([], 100), "");
});

test("a name for which there is no room keeps both of its ends, and one that layers have by themselves is whole", () => {
  assert.equal(nameOf("encoder_block_1_dense", 200), "encoder_block_1_dense");
  assert.equal(nameOf("encoder_block_1_dense", 100), "encode…dense");
  assert.equal(nameOf("hidden12", 10), "hidden12");
});

test("the room for a line ends before the heading beside it", () => {
  const { net } = recorded("mazur");
  const scene = layOut(net, 676, 400);
  const [first, second] = scene.columns;

  assert.ok(first && second);
  assert.equal(roomAt(scene, first.x), second.x - first.x - 8);
});

test("a heading is moved from where it is to stand only if it would be cut off", () => {
  assert.equal(insideAt(150, 300, "input", ["example 0"]), 150);
  assert.ok(insideAt(10, 300, "input", ["example 0"]) >= (9 * 6.2) / 2);
  assert.ok(insideAt(295, 300, "input", ["example 0"]) <= 300 - (9 * 6.2) / 2);
  assert.equal(insideAt(10, 40, "a very long name", []), 20);
});
