import assert from "node:assert/strict";
import { test } from "node:test";

import {
  aligned,
  axis,
  type Curve,
  isNorm,
  lossPlots,
  marks,
  momentOf,
  nearest,
  type Plot,
  normPlots,
  pointAt,
  readCurves,
  sheetOf,
  share,
  spread,
  toldOf,
  stepTicks,
} from "../../../static/src/core/curves.ts";
import { csv } from "../../../static/src/core/sheet.ts";
import { recorded } from "../recorded.ts";

const curve = (name: string, values: number[], steps = values.map((_, i) => i)): Curve => ({
  name,
  steps,
  values,
});

const norms = (...values: number[]): Plot => {
  const [plot] = normPlots([curve("gradient_norm.hidden1", values)]);
  assert.ok(plot);
  return plot;
};

const losses = (...values: number[]): Plot => {
  const [plot] = lossPlots([curve("loss", values)]);
  assert.ok(plot);
  return plot;
};

const texts = (plot: Plot, count = 5) => axis(plot, count).ticks.map(({ text }) => text);

test("the loss and the accuracy are plots of their own, the norms of the layers one", () => {
  const names = ["loss", "gradient_norm.hidden1", "gradient_norm.output", "train_loss", "test_loss"];
  const all = [...names, "train_accuracy", "test_accuracy"].map((name) => curve(name, [1, 2]));

  const labels = (plots: Plot[]) =>
    plots.map(({ title, lines }) => [title, ...lines.map(({ label }) => label)]);

  assert.deepEqual(labels(lossPlots(all.filter(({ name }) => !isNorm(name)))), [
    ["Loss", "batch", "train", "held out"],
    ["Accuracy", "train", "held out"],
  ]);
  assert.deepEqual(labels(normPlots(all.filter(({ name }) => isNorm(name)))), [
    ["Gradient norm by layer, log scale", "hidden1", "output"],
  ]);
  assert.equal(
    lossPlots([curve("loss", [1]), curve("train_loss", [1])]).length,
    1,
    "no accuracy without classes",
  );
});

test("the last layer is the darkest, and so is a layer alone", () => {
  const layers = ["a", "b", "c"].map((name) => curve(`gradient_norm.${name}`, [1]));

  const shades = (count: number) => normPlots(layers.slice(0, count))[0]?.lines.map(({ shade }) => shade);

  assert.deepEqual(shades(3), [0, 0.5, 1]);
  assert.deepEqual(shades(1), [1]);
});

test("plots beside one another reach as far as the longest of their curves", () => {
  const plots = lossPlots([curve("loss", [1, 2, 3]), curve("train_loss", [1]), curve("train_accuracy", [1])]);

  assert.deepEqual(
    plots.map(({ last }) => last),
    [2, 2],
  );
});

test("numbers that JSON cannot write are read from their names", () => {
  const read = readCurves({ loss: { steps: [0, 1, 2], values: [1, "Infinity", "NaN"] } });

  assert.deepEqual(read, [curve("loss", [1, Infinity, NaN])]);
});

test("every point stands where it belongs: a step without a point is passed over, NaN is a gap", () => {
  const plot = lossPlots([
    curve("loss", [1, NaN, 3, -Infinity]),
    curve("train_loss", [2, 5], [0, 4]),
  ])[0] as Plot;

  const columns = aligned(plot, { low: 0, high: 10, ticks: [] });

  assert.deepEqual(plot.steps, [0, 1, 2, 3, 4]);
  assert.deepEqual(columns, [
    [0.1, null, 0.3, null, undefined],
    [0.2, undefined, undefined, undefined, 0.5],
  ]);
});

test("on a log scale equal factors are equally far apart, and zero has no place", () => {
  const plot = norms(1e-6, 1e-4, 0, 1e-2);
  const { low, high } = axis(plot, 5);

  assert.deepEqual([low, high], [-6, -2]);
  assert.deepEqual(aligned(plot, axis(plot, 5)), [[0, 0.5, null, 1]]);
});

test("what the scale has no place for is marked at an edge and said once in a row", () => {
  const found = marks(norms(1, 0, 0, NaN, 2, 0, Infinity)).map(({ step, word, edge, first }) =>
    [step, word, edge, first].join(" "),
  );

  assert.deepEqual(found, [
    "1 0 bottom true",
    "2 0 bottom false",
    "3 NaN top true",
    "5 0 bottom true",
    "6 ∞ top true",
  ]);
  assert.deepEqual(marks(losses(0, -1, 2)), [], "0 has its place on the plain scale");
});

test("the ticks of a plain axis are round numbers around all finite values", () => {
  const plot = losses(0.21, 0.87, NaN, Infinity);
  const { low, high } = axis(plot, 4);

  assert.deepEqual(texts(plot, 4), ["0.2", "0.4", "0.6", "0.8", "1"]);
  assert.deepEqual([low, high], [0.2, 1]);
});

test("the axis of an accuracy goes from none right to all right, however near to each other the curves are", () => {
  const [plot] = lossPlots([curve("train_accuracy", [0.52, 0.55])]);
  assert.ok(plot);
  const { low, high } = axis(plot, 4);

  assert.deepEqual([low, high], [0, 1]);
});

test("an axis has a height also for one value, for none, and for the largest numbers there are", () => {
  for (const plot of [
    losses(0.5, 0.5),
    losses(0),
    losses(),
    losses(NaN),
    losses(1, 1.7e308),
    norms(0, 0),
    norms(NaN),
  ]) {
    const { low, high, ticks } = axis(plot, 4);
    assert.ok(low < high, `${low} to ${high}`);
    assert.ok(ticks.length >= 2 && ticks.length < 12);
  }
  const widest = { low: -1.7e308, high: 1.7e308, ticks: [] };
  assert.equal(share(widest, 0), 0.5);
});

test("the ticks of a log axis are powers of ten, fewer over many, and 2 and 5 between over few", () => {
  assert.deepEqual(texts(norms(0.003, 5)), ["0.001", "0.01", "0.1", "1", "10"]);
  assert.deepEqual(texts(norms(0.3, 0.9)), ["0.1", "0.2", "0.5", "1"]);
  assert.deepEqual(texts(norms(1e-300, 1)), ["1e−300", "1e−200", "1e−100", "1"]);
});

test("the ticks of steps are whole numbers", () => {
  assert.deepEqual(stepTicks(2, 8), [0, 1, 2]);
  assert.deepEqual(stepTicks(200, 5), [0, 50, 100, 150, 200]);
});

test("a place leads to the nearest step that has a point", () => {
  const steps = [0, 4, 8, 100];

  assert.deepEqual(
    [-3, 0, 1.9, 2, 2.1, 7, 53, 55, 1e9].map((x) => steps[nearest(steps, x)]),
    [0, 0, 0, 0, 4, 8, 8, 100, 100],
  );
  assert.equal(nearest([], 3), -1);
  assert.equal(nearest([7], 3), 0);
});

test("what a line has at a step is its own point, or of a long run the nearest that is drawn", () => {
  const [loss] = lossPlots([curve("loss", [5, 4, 3], [0, 4, 10])])[0]?.lines ?? [];
  assert.ok(loss);

  const found = [0, 4, 6, 8, 10].map((step) => pointAt(loss, step)?.step);

  assert.deepEqual(found, [0, 4, 4, 10, 10]);
  assert.deepEqual(pointAt(loss, 4), { step: 4, value: 4 });
  assert.equal(pointAt(loss, 11), null, "a step that is still to come has nothing");
});

test("of the ends of epochs it is the last that had come", () => {
  const [train] = lossPlots([curve("train_loss", [3, 2, 1], [0, 4, 8])])[0]?.lines ?? [];
  assert.ok(train);

  const found = [0, 3, 4, 7, 8, 99].map((step) => pointAt(train, step)?.value);

  assert.deepEqual(found, [3, 3, 2, 2, 1, 1]);
  assert.equal(pointAt(train, -1), null);
  assert.equal(pointAt({ ...train, steps: [], values: [] }, 3), null);
});

test("a step's point leads to the tick that has just made its number", () => {
  const { net } = recorded("mazur");
  const ticks = net.schedule.length;
  const phaseAt = (t: number) => net.schedule[(t - 1) % ticks]?.phase;

  const loss = momentOf(net.schedule, { t: 100 * ticks }, "loss", 17);
  const norm = momentOf(net.schedule, { t: 100 * ticks }, "backward", 17);

  assert.deepEqual([phaseAt(loss), phaseAt(loss + 1)], ["loss", "backward"]);
  assert.deepEqual([phaseAt(norm), phaseAt(norm + 1)], ["backward", "update"]);
  for (const t of [loss, norm]) assert.equal(Math.floor(t / ticks), 17);
  assert.equal(momentOf(net.schedule, { t: 17 * ticks }, "loss", 17), 17 * ticks, "never past the head");
});

test("names at the ends of lines keep their order and do not touch; where there is no room some are left out", () => {
  assert.deepEqual(spread([50, 10, 12], 10, 0, 100), [50, 10, 20]);
  assert.deepEqual(spread([99, 100], 10, 0, 100), [90, 100]);
  assert.deepEqual(spread([-20, 300], 10, 0, 100), [0, 100]);
  assert.deepEqual(spread([1, 2, 3, 4, 5], 50, 0, 100), [0, null, 50, null, 100]);
  assert.deepEqual(spread([5, 6, 7], 10, 0, 5), [5, null, null]);
  assert.deepEqual(spread([], 10, 0, 100), []);
});

test("the table and the file have a row a step, every digit, and nothing where there is nothing", () => {
  const series = [curve("loss", [0.1 + 0.2, NaN, -0]), curve("train_loss", [1e-9, 2], [0, 3])];

  assert.deepEqual(sheetOf(series).rows[3], [3, null, 2]);
  assert.equal(
    csv(sheetOf(series)),
    "step,loss,train_loss\r\n0,0.30000000000000004,1e-9\r\n1,NaN,\r\n2,-0,\r\n3,,2\r\n",
  );
});

test("of many layers a step tells the ends and the extremes, of few all of them", () => {
  const layers = (values: readonly number[]) =>
    normPlots(
      values.map((value, i) => ({ name: `gradient_norm.h${i}`, steps: [0], values: [value] })),
    ).flatMap(({ lines }) => lines);
  const told = (values: readonly number[]) =>
    toldOf(layers(values), 0).map(({ line, mark }) => [line.label, mark]);

  assert.deepEqual(told([3, 1, 2]), [
    ["h0", null],
    ["h1", null],
    ["h2", null],
  ]);
  assert.deepEqual(told([3, 1, 2, 9, 3, 3, 3, 4]), [
    ["h0", null],
    ["h1", "least"],
    ["h3", "most"],
    ["h7", null],
  ]);
  assert.deepEqual(told([1, 2, 3, 4, 5, 6, 7, NaN]), [
    ["h0", "least"],
    ["h6", "most"],
    ["h7", null],
  ]);
  assert.deepEqual(told([0, 0, 0, 0, 0, 0, 0, 0]), [
    ["h0", null],
    ["h7", null],
  ]);
});
