import assert from "node:assert/strict";
import { test } from "node:test";

import type { Graph, Spec } from "../../../static/src/api/types.ts";
import { layOut } from "../../../static/src/core/scene.ts";
import {
  dividedBy,
  gradientOf,
  layerOf,
  motionOf,
  lastTick,
  readNet,
  unitName,
  unitOf,
} from "../../../static/src/core/net.ts";
import { parseAddress } from "../../../static/src/core/numbers.ts";
import { poseAt } from "../../../static/src/core/pose.ts";
import { sentence, subject } from "../../../static/src/core/sentence.ts";
import { after } from "../../../static/src/core/stepping.ts";
import { type Recorded, recorded, tickOf } from "../recorded.ts";
import { plainText } from "../plain.ts";

test("a layer is read off the graph: its units, what it makes and from what", () => {
  const [input, hidden, output, ...rest] = recorded("mazur").net.layers;

  assert.deepEqual(rest, []);
  assert.deepEqual(input, {
    name: "input",
    type: "input",
    activation: null,
    units: 2,
    names: [],
    out: "input.a",
    inner: null,
    weights: null,
    bias: null,
    source: null,
  });
  assert.deepEqual(hidden, {
    name: "hidden1",
    type: "dense",
    activation: "sigmoid",
    units: 2,
    names: [],
    out: "hidden1.a",
    inner: "hidden1.z",
    weights: "hidden1.W",
    bias: "hidden1.b",
    source: "input",
  });
  assert.equal(output?.source, "hidden1");
});

test("target, loss and its parts are found by their roles", () => {
  const { target, loss, terms, outcome } = recorded("mazur").net;

  assert.deepEqual([target, loss, terms, outcome], ["target.y", "loss.value", "loss.terms", null]);
  assert.equal(recorded("xor-batch").net.outcome, "loss.p");
});

test("what a penalty adds to the loss is not taken for the loss, whichever comes first", () => {
  const { graph } = recorded("mazur");
  const [value] = graph.tensors.filter(({ name }) => name === "loss.value");
  assert.ok(value);
  const penalty = { ...value, name: "loss.penalty" };

  for (const tensors of [
    [penalty, ...graph.tensors],
    [...graph.tensors, penalty],
  ]) {
    const { loss, penalties } = readNet({ ...graph, tensors });
    assert.deepEqual([loss, penalties], ["loss.value", ["loss.penalty"]]);
  }
  assert.deepEqual(readNet(graph).penalties, []);
});

test("a target that is one class an example belongs to no unit alone", () => {
  const { graph } = recorded("mazur");
  const tensors = graph.tensors.map((one) => (one.name === "target.y" ? { ...one, shape: [null] } : one));

  assert.equal(unitOf(readNet({ ...graph, tensors }), parseAddress("target.y[0]")), null);
});

test("each tensor's gradient is the one that the graph says is its gradient", () => {
  const { net } = recorded("mazur");

  assert.equal(gradientOf(net, "output.W"), "output.dW");
  assert.equal(gradientOf(net, "hidden1.a"), "hidden1.da");
  assert.equal(gradientOf(net, "input.a"), null);
  assert.equal(gradientOf(net, null), null);
});

test("every tick of a step is told apart by what can be seen of it", () => {
  const { net } = recorded("mazur");

  const seen = net.schedule.map((tick) => {
    const motion = motionOf(net, tick);
    const layer = "layer" in motion ? ` ${motion.layer}` : "";
    return `${motion.kind}${layer}${"direction" in motion ? ` ${motion.direction}` : ""}`;
  });

  assert.deepEqual(seen, [
    "along-edges hidden1 forward",
    "in-units hidden1",
    "along-edges output forward",
    "in-units output",
    "to-loss",
    "from-loss",
    "in-units output",
    "weight-gradient output",
    "bias-gradient output",
    "along-edges output backward",
    "in-units hidden1",
    "weight-gradient hidden1",
    "bias-gradient hidden1",
    "weight-update hidden1",
    "weight-update output",
  ]);
});

test("a bias that is not frozen has an update of its own", () => {
  const { net } = recorded("dead-unit");

  const updates = net.schedule.slice(-4).map((tick) => motionOf(net, tick));

  assert.deepEqual(updates, [
    { kind: "weight-update", layer: "hidden1" },
    { kind: "bias-update", layer: "hidden1" },
    { kind: "weight-update", layer: "output" },
    { kind: "bias-update", layer: "output" },
  ]);
});

test("a number belongs to its unit; a weight and a bias to the unit they lead into; the target's to the output", () => {
  const { net } = recorded("xor-batch");
  const unit = (text: string) => unitOf(net, parseAddress(text));

  assert.deepEqual(unit("hidden1.a[3,2]"), { layer: "hidden1", unit: 2 });
  assert.deepEqual(unit("hidden1.dW[2,1]"), { layer: "hidden1", unit: 2 });
  assert.deepEqual(unit("hidden1.b[1]"), { layer: "hidden1", unit: 1 });
  assert.deepEqual(unit("input.a[3,1]"), { layer: "input", unit: 1 });
  assert.deepEqual(unit("target.y[3,0]"), { layer: "output", unit: 0 });
  assert.deepEqual(unit("loss.p[3,0]"), { layer: "output", unit: 0 });
  assert.equal(unit("loss.value"), null);
  assert.equal(unit("nothing.W[0,0]"), null);
});

test("the tick that led to a moment is the one of its place in any step, and none led to 0", () => {
  const { net, frame } = recorded("mazur");

  const at = (t: number) => lastTick(net, frame(t));
  assert.equal(at(0), null);
  assert.equal(at(1), net.schedule[0]);
  assert.equal(at(15), net.schedule[14]);
  assert.equal(at(16), net.schedule[0]);
  assert.equal(lastTick(net, { ...frame(15), phase: null }), null, "a change was made there");
});

test("a layer that is not there is not found", () => {
  assert.equal(layerOf(recorded("mazur").net, "hidden7"), undefined);
});

/** The same graph as if every op, activation and type of layer were called something else. */
function renamed(graph: Graph): Graph {
  const nonsense = (name: string) => `x${[...name].toReversed().join("")}`;
  return {
    ...graph,
    layers: graph.layers.map((layer) => ({
      ...layer,
      type: nonsense(layer.type),
      activation: layer.activation && nonsense(layer.activation),
    })),
    ops: graph.ops.map((op) => ({ ...op, type: nonsense(op.type) })),
    schedule: graph.schedule.map((tick) => ({ ...tick, op: nonsense(tick.op) })),
  };
}

/** All that the page says and draws of a step, without the activation that it writes down as it stands. */
function shown({ net, frame, explanation }: Recorded, asked: [string, number][]) {
  const scene = layOut(net, 900, 600);
  const text = asked.map(([of, t]) =>
    plainText(sentence(net, tickOf({ net } as Recorded, t), explanation(of, t), 1)),
  );
  return {
    text,
    motions: net.schedule.map((tick) => motionOf(net, tick)),
    subjects: net.schedule.map((tick, i) => subject(net, tick, frame(i + 1), null, 0)),
    poses: net.schedule.map((_, i) => poseAt({ ...scene, columns: [] }, net, frame, i + 0.5, 0)),
    steps: net.schedule.map((_, t) => after(net.schedule, 1, "layer", t)),
  };
}

test("the page knows no op by its name: with other names everything looks and moves the same", () => {
  const known = recorded("mazur");
  const unknown = { ...known, net: readNet(renamed(known.graph)) };
  const asked: [string, number][] = [["hidden1.a[0,1]", 2], ["output.dW[0,1]", 8]]; // prettier-ignore

  assert.notDeepEqual(unknown.net.layers, known.net.layers);
  assert.deepEqual(shown(unknown, asked), shown(known, asked));
});

test("a gradient has been divided by the batch only where the loss is a mean over more than one example", () => {
  const of = (reduction: string) => ({ loss: { type: "any", reduction } }) as unknown as Spec;

  assert.equal(dividedBy(of("mean"), 10), " ÷ 10");
  assert.equal(dividedBy(of("mean"), 1), "");
  assert.equal(dividedBy(of("sum"), 10), "");
  assert.equal(dividedBy(null, 10), "");
});

test("a unit is called as the data calls its input or its class", () => {
  const { graph } = recorded("xor-batch");
  const named = {
    ...graph,
    layers: graph.layers.map((layer) =>
      layer.name === "input" ? { ...layer, unit_names: ["left", "right"] } : layer,
    ),
  };
  const net = readNet(named);

  assert.equal(unitName(net, { tensor: "input.a", index: [2, 1] }), "right");
  assert.equal(unitName(net, { tensor: "hidden1.z", index: [2, 1] }), null);
  assert.equal(unitName(net, { tensor: "hidden1.W", index: [0, 1] }), null, "a weight is no unit's own");
});
