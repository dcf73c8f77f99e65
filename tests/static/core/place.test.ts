import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOfTag } from "../../../static/src/core/place.ts";
import { type Area, layOut } from "../../../static/src/core/scene.ts";
import { recorded } from "../recorded.ts";

const SIZE = { width: 122, height: 79 };

const apart = (a: Area, b: Area) =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

for (const [name, batch] of [
  ["mazur", 1],
  ["goodfellow-xor", 4],
  ["dead-unit", 1],
] as const)
  test(`in ${name} the tag of no edge lies over a unit, the loss or beyond the border`, () => {
    const { net } = recorded(name);
    const scene = layOut(net, 840, 560);
    const boxes = scene.units.map(({ x, y, width, height }) => ({
      left: x - width / 2,
      right: x + width / 2,
      top: y - height / 2,
      bottom: y + height / 2,
    }));
    const { x, y, radius } = scene.loss;
    const loss = { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };

    for (const edge of scene.edges) {
      const area = placeOfTag(net, scene, batch, edge, SIZE);

      for (const other of [...boxes, loss]) assert.ok(apart(area, other), JSON.stringify(edge.weight));
      assert.ok(area.left >= 0 && area.top >= 0 && area.right <= 840 && area.bottom <= 560);
    }
  });

test("where nothing is in the way it stands right above its edge", () => {
  const { net } = recorded("mazur");
  const { edges, ...rest } = layOut(net, 840, 560);
  const scene = { ...rest, units: [], columns: [], biases: [], edges: [] };
  const at = { x: 420, y: 300 };

  const area = placeOfTag(net, scene, 1, { curve: { from: at, to: at }, label: null }, SIZE);

  assert.deepEqual(area, { left: 420 - 61, right: 420 + 61, top: 300 - 16 - 79, bottom: 300 - 16 });
  assert.ok(edges.length);
});
