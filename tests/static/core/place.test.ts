import assert from "node:assert/strict";
import { test } from "node:test";

import { placeOfTag } from "../../../static/src/core/place.ts";
import { areaOfHeading } from "../../../static/src/core/heading.ts";
import { NOWHERE } from "../../../static/src/core/form.ts";
import { type Area, layOut, type Scene } from "../../../static/src/core/scene.ts";
import { recorded } from "../recorded.ts";

const SIZE = { width: 122, height: 79 };

const apart = (a: Area, b: Area) =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/** Headings as a layer has them: a name, what it is, and which example. */
function headingsOf(scene: Scene, lines: number): Area[] {
  const said = ["tanh · x ±1.1", "example 3 of 10"].slice(0, lines - 1);
  return scene.columns.map(({ layer, x, top }) =>
    areaOfHeading({ x, name: layer.name, lines: said }, top - 8, scene.width),
  );
}

for (const [name, width, height, lines] of [
  ["mazur", 840, 560, 2],
  ["mazur", 836, 550, 2],
  ["goodfellow-xor", 840, 560, 3],
  ["dead-unit", 840, 560, 2],
] as const)
  test(`in ${name}, ${width} × ${height}, the tag of no edge lies over a unit, a constant, a heading, the loss or beyond the border`, () => {
    const { net } = recorded(name);
    const scene = layOut(net, width, height, NOWHERE, lines);
    const boxes = scene.units.map(({ x, y, width, height }) => ({
      left: x - width / 2,
      right: x + width / 2,
      top: y - height / 2,
      bottom: y + height / 2,
    }));
    const { x, y, radius } = scene.loss;
    const loss = { left: x - radius, right: x + radius, top: y - radius, bottom: y + radius };
    const constants = scene.biases.map(({ curve: { from }, radius }) => ({
      left: from.x - radius,
      right: from.x + radius,
      top: from.y - radius,
      bottom: from.y + radius,
    }));
    const headings = headingsOf(scene, lines);
    const biases = scene.biases.map(({ bias, curve }) => ({ weight: bias, curve, label: null }));

    for (const edge of [...scene.edges, ...biases]) {
      const area = placeOfTag(net, scene, headings, edge, SIZE);

      for (const other of [...boxes, ...constants, ...headings, loss])
        assert.ok(apart(area, other), JSON.stringify([edge.weight, area, other]));
      assert.ok(area.left >= 0 && area.top >= 0 && area.right <= width && area.bottom <= height);
    }
  });

for (const [name, width, height] of [
  ["xor-batch", 656, 345],
  ["xor-batch", 612, 450],
  ["mazur", 656, 345],
] as const)
  test(`in ${name}, ${width} × ${height} as in a lecture hall, no tag covers the heading of a layer`, () => {
    const { net } = recorded(name);
    const scene = layOut(net, width, height, NOWHERE, 2);
    const headings = headingsOf(scene, 2);
    const biases = scene.biases.map(({ bias, curve }) => ({ weight: bias, curve, label: null }));

    for (const edge of [...scene.edges, ...biases]) {
      const area = placeOfTag(net, scene, headings, edge, SIZE);

      for (const heading of headings) assert.ok(apart(area, heading), JSON.stringify([edge.weight, area]));
      assert.ok(area.left >= 0 && area.top >= 0 && area.right <= width && area.bottom <= height);
    }
  });

test("where nothing is in the way it stands right above its edge", () => {
  const { net } = recorded("mazur");
  const { edges, ...rest } = layOut(net, 840, 560);
  const scene = { ...rest, units: [], columns: [], biases: [], edges: [] };
  const at = { x: 420, y: 300 };

  const area = placeOfTag(net, scene, [], { curve: { from: at, to: at }, label: null }, SIZE);

  assert.deepEqual(area, { left: 420 - 61, right: 420 + 61, top: 300 - 16 - 79, bottom: 300 - 16 });
  assert.ok(edges.length);
});
