import assert from "node:assert/strict";
import { test } from "node:test";

import {
  inputShades,
  isPlane,
  type Maps,
  mapTensor,
  momentOfMaps,
  NO_NUMBER,
  reachText,
  scaleOf,
  shadesOf,
} from "../../../static/src/core/maps.ts";
import type { Layer, Net } from "../../../static/src/core/net.ts";
import { netOf } from "../nets.ts";
import { recorded } from "../recorded.ts";

const NET: Net = { ...netOf(2, 2, 1), outcome: null };
const [INPUTS, HIDDEN, OUTPUT] = NET.layers as [Layer, Layer, Layer];

/** Two points a side, the numbers of the hidden layer as given: (y, x, unit). */
const maps = (hidden: number[], output: number[] = [0, 0, 0, 0]): Maps => ({
  of: "s_1",
  t: 0,
  x: [-2, 4],
  y: [-1, 1],
  tensors: {
    [HIDDEN.out]: { shape: [2, 2, 2], values: new Float64Array(hidden) },
    [OUTPUT.out]: { shape: [2, 2, 1], values: new Float64Array(output) },
  },
});

/** The net with a loss that makes so many probabilities of its outputs. */
const withOutcome = (columns: number): Net => {
  const p = recorded("simple-nn").net;
  const info = new Map(NET.info).set("loss.p", { ...[...p.info.values()][0]!, shape: [null, columns] });
  return { ...NET, outcome: "loss.p", info };
};

test("two inputs are a plane, one or three are none", () => {
  assert.deepEqual(
    [1, 2, 3].map((inputs) => isPlane(netOf(inputs, 2, 1))),
    [false, true, false],
  );
});

test("until a step's first update has run, the pictures are those of its beginning", () => {
  const { schedule } = recorded("mazur").net;
  const first = schedule.findIndex(({ phase }) => phase === "update");
  const ticks = schedule.length;

  const moments = [0, 1, first, first + 1, ticks - 1].map((tick) => momentOfMaps(schedule, 3 * ticks + tick));

  assert.deepEqual(
    moments.map((t) => t - 3 * ticks),
    [0, 0, 0, first + 1, ticks - 1],
  );
  assert.equal(momentOfMaps(schedule, 4 * ticks), 4 * ticks, "after the last update the next step has begun");
});

test("the output's picture is what the loss makes of it, where it makes something", () => {
  assert.equal(mapTensor(NET, OUTPUT), "output.a");
  assert.equal(mapTensor(withOutcome(1), OUTPUT), "loss.p");
  assert.equal(mapTensor(withOutcome(1), HIDDEN), "hidden1.a");
});

test("a layer has one scale to either side of 0, to 1 at least", () => {
  const small = scaleOf(NET, HIDDEN, maps([0.1, -0.2, 0, 0, 0, 0, 0, 0]), null);
  const large = scaleOf(NET, HIDDEN, maps([3, -3, 3, 3, -3, 3, 3, 3]), null);
  const lonely = scaleOf(NET, HIDDEN, maps([100, 1, 1, 1, 1, 1, 1, 1]), null);

  assert.deepEqual(small, { middle: 0, reach: 1 });
  assert.deepEqual(large, { middle: 0, reach: 3 });
  assert.ok(lonely.reach < 100, "one that is far from all others does not leave them pale");
  assert.deepEqual([reachText(small), reachText(large)], ["", "±3"]);
});

test("numbers that are not finite do not stretch the scale", () => {
  const scale = scaleOf(NET, HIDDEN, maps([2, -2, 2, 2, 2, NaN, Infinity, -Infinity]), null);

  assert.deepEqual(scale, { middle: 0, reach: 2 });
});

test("probabilities have a fixed scale: about a half, and of more than two classes from 0 to 1", () => {
  assert.deepEqual(scaleOf(withOutcome(1), OUTPUT, maps([]), null), { middle: 0.5, reach: 0.5 });
  assert.deepEqual(scaleOf(withOutcome(2), OUTPUT, maps([]), null), { middle: 0.5, reach: 0.5 });
  assert.deepEqual(scaleOf(withOutcome(3), OUTPUT, maps([]), null), { middle: 0, reach: 1 });
});

test("an output that says one of two targets changes its hue between them", () => {
  assert.deepEqual(scaleOf(NET, OUTPUT, maps([], [0.1, 0.9, 0.4, 0.5]), [0, 1]), { middle: 0.5, reach: 0.5 });
  assert.deepEqual(scaleOf(NET, OUTPUT, maps([], [0.1, 0.9, 0.4, 0.5]), [-1, 1]), { middle: 0, reach: 1 });
});

test("a picture stands as one looks at a plane: the first input to the right, the second up", () => {
  const unit1 = shadesOf(maps([9, -1, 9, 0, 9, 1, 9, NaN]).tensors[HIDDEN.out]!, 1, { middle: 0, reach: 1 });

  assert.deepEqual([...unit1], [254, NO_NUMBER, 0, 127], "above the larger y, to the right the larger x");
});

test("what is beyond the scale has its end's shade", () => {
  const shades = shadesOf({ shape: [1, 3, 1], values: new Float64Array([-Infinity, 7, 1]) }, 0, {
    middle: 0.5,
    reach: 0.5,
  });

  assert.deepEqual([...shades], [0, 254, 254]);
});

test("an input's picture is its own coordinate, by its sign", () => {
  const scale = scaleOf(NET, INPUTS, maps([]), null);

  assert.deepEqual(scale, { middle: 0, reach: 4 });
  assert.deepEqual([...inputShades(maps([]), 0, scale)], [64, 254, 64, 254]);
  assert.deepEqual([...inputShades(maps([]), 1, scale)], [159, 159, 95, 95]);
});
