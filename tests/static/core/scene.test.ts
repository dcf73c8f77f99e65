import assert from "node:assert/strict";
import { test } from "node:test";

import { along } from "../../../static/src/core/bezier.ts";
import { type Focus, LINE, linesBelow, MOST_EDGES, NOWHERE } from "../../../static/src/core/form.ts";
import type { Net } from "../../../static/src/core/net.ts";
import { addressText } from "../../../static/src/core/numbers.ts";
import {
  type Column,
  heightFor,
  layOut,
  nearestEdge,
  type Scene,
  type Unit,
} from "../../../static/src/core/scene.ts";
import { deep, netOf } from "../nets.ts";
import { ROOM } from "../posed.ts";
import { recorded } from "../recorded.ts";

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

const NETS = ["mazur", "xor-batch", "dead-unit", "simple-nn"] as const;
const WIDTHS = [320, 375, 560, 680, 768, 1024, 1600];

/** What each unit takes up: its box and the lines of numbers below. */
function places(scene: Scene, net: Net): Box[] {
  return scene.units.map(({ layer, x, y, width, height }) => {
    const column = scene.columns.find((one) => one.layer.name === layer) as Column;
    const below = column.form === "full" ? linesBelow(net, column.layer) * LINE : 0;
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
    const height = heightFor(net, width, ROOM);

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
      const { loss, units } = layOut(net, width, height);
      const right = Math.max(...units.map((unit) => unit.x + unit.width / 2));

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
        const scene = layOut(net, width, heightFor(net, width, ROOM) + air);
        const written = labels(scene);

        assert.deepEqual(overlapping(written), []);
        for (const unit of places(scene, net))
          assert.ok(!written.some((label) => overlap(label, unit)), `${name}, ${width} wide, ${air} more`);
      }
});

test("weights are written on their edges where there is room, and nowhere on a phone or in a large layer", () => {
  const written = (name: (typeof NETS)[number], width: number) =>
    labels(layOut(recorded(name).net, width, heightFor(recorded(name).net, width, ROOM))).length;

  assert.equal(written("mazur", 900), 8);
  assert.equal(written("xor-batch", 900), 9);
  assert.equal(written("xor-batch", 400), 0);
  assert.equal(written("simple-nn", 1200), 0);
});

test("more height gives more air, and never takes units apart further than the eye goes along", () => {
  const { net } = recorded("mazur");
  const [low, high, huge] = [300, 500, 5000].map((height) => layOut(net, 900, height).columns[1]?.pitch ?? 0);

  assert.ok(low !== undefined && high !== undefined && huge !== undefined);
  assert.ok(low < high && high <= huge && huge < 250, `${low}, ${high}, ${huge}`);
});

test("every edge leaves its unit's right border and arrives at the left border of the one it feeds", () => {
  for (const name of NETS) {
    const { net } = recorded(name);
    const scene = layOut(net, 900, heightFor(net, 900, ROOM));
    const unit = (layer: string | null | undefined, index: number) =>
      scene.units.find((one) => one.layer === layer && one.unit === index) as Unit;

    for (const { layer, source, target, curve } of scene.edges) {
      const from = unit(net.layers.find((one) => one.name === layer)?.source, source);
      const to = unit(layer, target);
      assert.deepEqual(curve.from, { x: from.x + from.width / 2, y: from.y });
      assert.deepEqual(curve.to, { x: to.x - to.width / 2, y: to.y });
    }
    const outputs = scene.units.filter(({ layer }) => layer === net.layers.at(-1)?.name);
    assert.deepEqual(
      scene.lossEdges.map(({ unit: index, curve }) => [index, curve.from]),
      outputs.map((one) => [one.unit, { x: one.x + one.width / 2, y: one.y }]),
      "the loss is fed by every output, and by nothing else",
    );
  }
});

test("there is one edge a weight and one short edge a bias, each with its address", () => {
  const { net } = recorded("xor-batch");
  const { edges, biases } = layOut(net, 900, heightFor(net, 900, ROOM));

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
  const edge = layOut(net, 900, heightFor(net, 900, ROOM)).edges.find(
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
          const found = nearestEdge(scene, along(curve, fraction));
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

// Nets that are too large to be drawn whole

const PROJECTORS: [number, number][] = [[862, 608], [702, 428]]; // prettier-ignore
const LARGE: Record<string, Net> = {
  "2-12×16-1": deep(12),
  "64-16-10": netOf(64, 16, 10),
  "2-8-8-1": netOf(2, 8, 8, 1),
  "4-8-3": netOf(4, 8, 3),
  "784-128-64-10": netOf(784, 128, 64, 10),
  "2-40×4-1": deep(40, 4),
  "64-64-32-64-32-64-10": netOf(64, 64, 32, 64, 32, 64, 10),
  "2, ten times 9-12, 1": netOf(2, ...Array.from({ length: 20 }, (_, i) => (i % 2 ? 9 : 12)), 1),
  "2-4×8-4×9-4×8-4×9-1": netOf(2, ...[8, 9, 8, 9].flatMap((units) => Array<number>(4).fill(units)), 1),
};

for (const [name, net] of Object.entries(LARGE))
  for (const [width, height] of [...PROJECTORS, [400, 500], [320, 500]] as [number, number][])
    for (const unfolded of [false, true]) {
      const about = `${name}, ${width} × ${height}${unfolded ? ", unfolded" : ""}`;

      test(`${about}: all units are there, none over another, without scrolling`, () => {
        const scene = layOut(net, width, height, { ...NOWHERE, unfolded });
        const taken = places(scene, net);

        assert.equal(
          taken.length,
          net.layers.reduce((sum, { units }) => sum + units, 0),
        );
        assert.deepEqual(overlapping(taken), []);
        assert.ok(heightFor(net, width, height) <= height);
        for (const { left, right, top, bottom } of taken) {
          assert.ok(left >= 0 && right <= width, `${left} to ${right}`);
          assert.ok(top >= 50 && bottom <= height, `${top} to ${bottom}`);
        }
        assert.ok(scene.loss.x + scene.loss.radius <= width);
        assert.ok(scene.edges.length <= MOST_EDGES);
        for (const { curve } of [...scene.edges, ...scene.lossEdges]) assert.ok(curve.from.x <= curve.to.x);
      });
    }

test("in a grid no edge is hidden behind another", () => {
  const { edges } = layOut(netOf(64, 16, 10), 862, 608);
  const ends = edges.map(({ curve: { from, to } }) => `${from.x} ${from.y} ${to.x} ${to.y}`);

  assert.equal(new Set(ends).size, 64 * 16 + 16 * 10);
});

/** Looking at a layer's tick. */
const at = (layer: string): Focus => ({ ...NOWHERE, layer });

test("of folded layers only the gap before the present one is open, and nothing else moves when it changes", () => {
  const net = deep(12);
  const lefts = (layer: string) => layOut(net, 862, 608, at(layer)).columns.map(({ left }) => left);

  for (let i = 3; i <= 12; i++) {
    const scene = layOut(net, 862, 608, at(`hidden${i}`));
    const into = new Set(scene.edges.map(({ layer }) => layer));
    assert.deepEqual(into, new Set(["hidden1", `hidden${i}`, "output"]));
    const moved = lefts(`hidden${i}`).flatMap((left, c) => (left === lefts(`hidden${i - 1}`)[c] ? [] : [c]));
    assert.deepEqual(moved, [i - 1]);
  }
});

test("unfolded, every gap between repeated layers is the same, and what is too much for lines is a matrix", () => {
  const net = deep(12);
  const { columns, edges, matrices } = layOut(net, 862, 608, { ...at("hidden2"), unfolded: true });

  const gaps = columns.slice(2, 13).map(({ left }, i) => left - (columns[i + 1]?.right ?? 0));
  assert.ok(Math.max(...gaps) - Math.min(...gaps) < 1e-9 && Math.min(...gaps) > 10);
  const into = (layer: string) => edges.filter((edge) => edge.layer === layer).length;
  assert.equal(into("hidden2"), 256, "the present layer keeps its lines");
  assert.ok(matrices.length > 0);
  for (const { layer, area } of matrices) {
    assert.equal(into(layer), 0);
    assert.ok(area.left < area.right && area.top < area.bottom);
  }
});

test("where weights are a matrix, the selected unit's strongest are lines over it", () => {
  const net = netOf(784, 128, 64, 10);
  const strong = new Map([["hidden2.W[5,17]", -3], ["hidden2.W[5,90]", 2]]); // prettier-ignore
  const weigh: Focus["weigh"] = (weight) => strong.get(addressText(weight)) ?? 0.1;
  const unit = { layer: "hidden2", unit: 5 };

  const { edges } = layOut(net, 862, 608, { ...NOWHERE, unit, weigh });

  const shown = edges.filter(({ layer }) => layer === "hidden2").map(({ weight }) => addressText(weight));
  assert.deepEqual(shown.slice(0, 2), ["hidden2.W[5,17]", "hidden2.W[5,90]"]);
  assert.ok(shown.length < 128 && shown.every((address) => address.startsWith("hidden2.W[5,")));
});

test("a path is drawn through matrices, too, and no edge of it twice", () => {
  const net = netOf(784, 128, 64, 10);
  const path = ["hidden1.W[3,700]", "hidden2.W[5,3]", "output.W[1,5]"];
  const traced = { edges: new Set(path), units: new Set<string>() };
  const unit = { layer: "hidden2", unit: 5 };
  const weigh: Focus["weigh"] = ({ index }) => Number(index[1] === 3);

  const { edges } = layOut(net, 862, 608, { ...NOWHERE, unit, weigh, traced });

  const drawn = edges.map(({ weight }) => addressText(weight));
  for (const edge of path) assert.equal(drawn.filter((one) => one === edge).length, 1, edge);
});

test("a heading of two lines leaves its third to the units, as in a lecture hall, and no weight goes without its number", () => {
  const { net } = recorded("xor-batch");
  const scene = layOut(net, 656, 345, NOWHERE, 2);

  assert.deepEqual(
    scene.columns.map(({ form }) => form),
    ["full", "full", "full"],
  );
  assert.equal(labels(scene).length, 9);
  assert.deepEqual(overlapping(labels(scene)), []);
  assert.ok(scene.columns.every(({ top, bottom }) => top >= 44 && bottom <= 345 - 24));
  assert.equal(layOut(net, 656, 345).columns[1]?.form, "slim");
});

/** At 1440 × 900, at 1280 × 720, and there beside another run, in the room that is left by what stands around it. */
for (const [width, height] of [
  [836, 550],
  [676, 420],
  [676, 390],
] as const)
  test(`${width} × ${height}: every weight has its number, and none lies over the constant of a bias`, () => {
    for (const name of ["xor-batch", "mazur"] as const) {
      const scene = layOut(recorded(name).net, width, height, NOWHERE, 2);
      const constants = scene.biases.map(({ curve: { from }, radius }) => ({
        left: from.x - radius,
        right: from.x + radius,
        top: from.y - radius,
        bottom: from.y + radius,
      }));

      const written = labels(scene).map((label) => ({
        ...label,
        left: label.left - 6,
        right: label.right + 6,
      }));

      assert.equal(written.length, scene.edges.length);
      for (const label of written)
        assert.ok(!constants.some((one) => overlap(label, one)), `${name}: ${JSON.stringify(label)}`);
    }
  });
