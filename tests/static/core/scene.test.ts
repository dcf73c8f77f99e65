import assert from "node:assert/strict";
import { test } from "node:test";

import type { Net } from "../../../static/src/core/net.ts";
import { addressText } from "../../../static/src/core/numbers.ts";
import {
  along,
  type Column,
  heightFor,
  layOut,
  LINE,
  linesBelow,
  nearestEdge,
  type Scene,
} from "../../../static/src/core/scene.ts";
import { recorded } from "../recorded.ts";

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const NETS = ["mazur", "xor-batch", "dead-unit", "simple-nn"] as const;
const WIDTHS = [320, 375, 560, 680, 768, 1024, 1600];

/** The net with its hidden layer `times` times, one after the other. */
function deep(net: Net, times: number): Net {
  const [input, hidden, ...rest] = net.layers;
  if (!input || !hidden) throw new Error("no hidden layer");
  const copies = Array.from({ length: times }, (_, i) => ({ ...hidden, name: `h${i}`, source: `h${i - 1}` }));
  return { ...net, layers: [input, ...copies, ...rest] };
}

/** The net with as many units in its hidden layer. */
function wide(net: Net, units: number): Net {
  const layers = net.layers.map((layer, i) => (i === 1 ? { ...layer, units } : layer));
  return { ...net, layers };
}

/** What each unit takes up: its box and the lines of numbers below. */
function places(scene: Scene, net: Net): Box[] {
  return scene.units.map(({ layer, x, y }) => {
    const column = scene.columns.find((one) => one.layer.name === layer) as Column;
    const { width, height } = scene.box;
    const below = linesBelow(net, column.layer) * LINE;
    return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 + below };
  });
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

function overlapping(boxes: Box[]): [Box, Box][] {
  return boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap((b): [Box, Box][] => (overlap(a, b) ? [[a, b]] : [])),
  );
}

for (const name of NETS)
  for (const width of WIDTHS) {
    const { net } = recorded(name);
    const height = heightFor(net);

    test(`${name}, ${width} wide: no two units overlap, and all of them fit`, () => {
      const scene = layOut(net, width, height);
      const taken = places(scene, net);

      assert.equal(
        taken.length,
        net.layers.reduce((sum, layer) => sum + layer.units, 0),
      );
      assert.deepEqual(overlapping(taken), []);
      for (const { left, right, top, bottom } of taken) {
        assert.ok(left >= 0 && right <= width, `${left} to ${right}`);
        assert.ok(top >= 50 && bottom <= height, `${top} to ${bottom}`);
      }
    });

    test(`${name}, ${width} wide: the loss lies right of the outputs, inside the page`, () => {
      const { loss, units, box } = layOut(net, width, height);
      const right = Math.max(...units.map(({ x }) => x + box.width / 2));

      assert.ok(loss.x - loss.radius > right);
      assert.ok(loss.x + loss.radius <= width);
    });
  }

/** The weights' places, at the middle of each. */
function labels({ edges }: Scene): Box[] {
  return edges.flatMap(({ label }) =>
    label ? [{ left: label.x - 27, right: label.x + 27, top: label.y - 10, bottom: label.y + 10 }] : [],
  );
}

test("no weight's number covers another or a unit, in a window of any size", () => {
  for (const name of NETS)
    for (let width = 320; width < 1300; width += 13)
      for (const air of [0, 60, 120, 300]) {
        const { net } = recorded(name);
        const scene = layOut(net, width, heightFor(net) + air);
        const written = labels(scene);

        assert.deepEqual(overlapping(written), []);
        for (const unit of places(scene, net))
          assert.ok(!written.some((label) => overlap(label, unit)), `${name}, ${width} wide, ${air} more`);
      }
});

test("weights are written on their edges where there is room, and nowhere on a phone or in a large layer", () => {
  const written = (name: (typeof NETS)[number], width: number) =>
    labels(layOut(recorded(name).net, width, heightFor(recorded(name).net))).length;

  assert.equal(written("mazur", 900), 8);
  assert.equal(written("xor-batch", 900), 9);
  assert.equal(written("xor-batch", 400), 0);
  assert.equal(written("simple-nn", 1200), 0);
});

test("a deep network on a phone keeps its layers apart", () => {
  for (const layers of [3, 5, 8]) {
    const net = deep(recorded("xor-batch").net, layers);
    const scene = layOut(net, 320, heightFor(net));

    assert.deepEqual(overlapping(places(scene, net)), []);
    for (const { curve } of scene.lossEdges) assert.ok(curve.from.x < curve.to.x);
  }
});

test("more height gives more air, and never takes units apart further than the eye goes along", () => {
  const { net } = recorded("mazur");
  const [low, high, huge] = [300, 500, 5000].map((height) => layOut(net, 900, height).columns[1]?.pitch ?? 0);

  assert.ok(low !== undefined && high !== undefined && huge !== undefined);
  assert.ok(low < high && high <= huge && huge < 250, `${low}, ${high}, ${huge}`);
});

test("a layer of many units shows the first ones and says how many it leaves out", () => {
  const net = wide(recorded("mazur").net, 40);
  const scene = layOut(net, 900, heightFor(net));
  const column = scene.columns[1] as Column;

  const shown = scene.units.filter(({ layer }) => layer === "hidden1").length;
  assert.equal(shown + column.hidden, 40);
  assert.ok(column.hidden > 0);
  assert.deepEqual(overlapping(places(scene, net)), []);
  assert.ok(
    Math.max(...scene.edges.filter(({ layer }) => layer === "hidden1").map(({ target }) => target)) < shown,
  );
});

test("every edge leaves its unit's right border and arrives at the left border of the one it feeds", () => {
  for (const name of NETS) {
    const { net } = recorded(name);
    const scene = layOut(net, 900, heightFor(net));
    const unit = (layer: string | null | undefined, index: number) =>
      scene.units.find((one) => one.layer === layer && one.unit === index) as { x: number; y: number };

    for (const { layer, source, target, curve } of scene.edges) {
      const from = unit(net.layers.find((one) => one.name === layer)?.source, source);
      const to = unit(layer, target);
      assert.deepEqual(curve.from, { x: from.x + scene.box.width / 2, y: from.y });
      assert.deepEqual(curve.to, { x: to.x - scene.box.width / 2, y: to.y });
    }
  }
});

test("there is one edge a weight and one short edge a bias, each with its address", () => {
  const { net } = recorded("xor-batch");
  const { edges, biases } = layOut(net, 900, heightFor(net));

  const weights = edges.map(({ weight }) => addressText(weight)).toSorted();
  assert.deepEqual(weights, [
    "hidden1.W[0,0]",
    "hidden1.W[0,1]",
    "hidden1.W[1,0]",
    "hidden1.W[1,1]",
    "hidden1.W[2,0]",
    "hidden1.W[2,1]",
    "output.W[0,0]",
    "output.W[0,1]",
    "output.W[0,2]",
  ]);
  assert.deepEqual(
    biases.map(({ bias }) => addressText(bias)),
    ["hidden1.b[0]", "hidden1.b[1]", "hidden1.b[2]", "output.b[0]"],
  );
});

test("a weight's edge runs from the unit of its column to the unit of its row", () => {
  const { net } = recorded("mazur");
  const edge = layOut(net, 900, heightFor(net)).edges.find(
    ({ weight }) => addressText(weight) === "output.W[1,0]",
  );

  assert.deepEqual([edge?.source, edge?.target], [0, 1]);
});

test("an edge is found under every point of its curve", () => {
  for (const name of NETS)
    for (const size of [600, 1200]) {
      const scene = layOut(recorded(name).net, size, size);
      for (const { curve, weight } of scene.edges)
        for (let fraction = 0; fraction <= 1; fraction += 0.0313) {
          const found = nearestEdge(scene, along(curve, fraction), 1);
          assert.ok(found, `${addressText(weight)} at ${fraction}`);
        }
    }
});

test("where it runs alone, it is this edge and no other that is found", () => {
  const { net } = recorded("dead-unit");
  const scene = layOut(net, 900, 600);

  for (const { curve, weight } of scene.edges.filter(({ layer }) => layer === "output"))
    for (const fraction of [0.1, 0.3, 0.5])
      assert.deepEqual(nearestEdge(scene, along(curve, fraction)), weight);
  for (const { curve, bias } of scene.biases) assert.deepEqual(nearestEdge(scene, curve.from), bias);
});

test("far from every edge nothing is found", () => {
  const { net } = recorded("dead-unit");
  const scene = layOut(net, 900, 600);
  const [edge] = scene.edges.filter(({ layer, source }) => layer === "output" && source === 0);
  assert.ok(edge);
  const { x, y } = along(edge.curve, 0.5);

  assert.equal(nearestEdge(scene, { x: 5, y: 5 }), null);
  assert.equal(nearestEdge(scene, { x, y: y - 60 }), null);
});
