import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame } from "../../../static/src/api/types.ts";
import { addressText, valueAt } from "../../../static/src/core/numbers.ts";
import { poseAt } from "../../../static/src/core/pose.ts";
import { ascending, line, posed, value } from "../posed.ts";

test("the same position gives the same pose, whatever was asked for in between", () => {
  const mazur = posed("mazur");

  for (let position = 0; position <= 16; position += 0.4) {
    const first = mazur.at(position);
    mazur.at(15 - position / 2);
    assert.deepEqual(mazur.at(position), first);
  }
});

test("at rest each line shows the number that the frame has", () => {
  for (const name of ["mazur", "dead-unit", "goodfellow-xor"] as const) {
    const session = posed(name);
    for (let t = 0; t <= session.ticks; t++)
      for (const { address, value } of session.at(t).lines)
        assert.equal(value, valueAt(session.frame(t), address), `${name} ${addressText(address)} at ${t}`);
  }
});

test("a pose has the phase of the tick that it is in, and none at the beginning", () => {
  const mazur = posed("mazur");
  const phases = [0, 0.1, 4, 4.1, 5, 5.1, 13, 13.1, 15, 15.1].map((position) => mazur.at(position).phase);

  assert.deepEqual(phases, [
    null,
    "forward",
    "forward",
    "loss",
    "loss",
    "backward",
    "backward",
    "update",
    "update",
    "forward",
  ]);
});

test("a gradient's band grows in the tick that computes it, stands until the next step, and is gone then", () => {
  const mazur = posed("mazur");
  const band = (position: number) => line(mazur, "output.W[0,0]", position).band;

  assert.deepEqual([0, 3, 6.9, 7].map(band), [0, 0, 0, 0]);
  assert.ok(ascending([7, 7.25, 7.5, 7.75, 8].map(band)));
  assert.ok([8.5, 9, 12, 14, 15].map(band).every((width) => width > 0.5));
  assert.deepEqual([15.1, 16].map(band), [0, 0]);
});

test("inside a step nothing jumps: where a tick ends the next one begins", () => {
  for (const name of ["mazur", "dead-unit"] as const) {
    const session = posed(name);
    for (let t = 1; t < session.ticks; t++) {
      const [end, start] = [session.at(t).lines, session.at(t + 1e-6).lines];
      end.forEach(({ address, value, size, band }, i) => {
        const next = start[i] as (typeof end)[number];
        for (const jump of [next.value - value, next.size - size, next.band - band])
          assert.ok(Math.abs(jump) < 1e-3, `${name} ${addressText(address)} at ${t}: ${jump}`);
      });
    }
  }
});

test("the band of a weight comes with its own gradient's tick and not with another's", () => {
  const mazur = posed("mazur");

  assert.equal(line(mazur, "hidden1.W[0,0]", 8).band, 0);
  assert.equal(line(mazur, "output.b[0]", 8).band, 0);
  assert.ok(line(mazur, "output.b[0]", 9).band > 0);
  assert.ok(line(mazur, "hidden1.W[0,0]", 12).band > 0);
});

test("a band has the gradient's sign", () => {
  const mazur = posed("mazur");

  assert.ok(line(mazur, "output.W[0,0]", 8).gradient > 0);
  assert.ok(line(mazur, "output.W[1,0]", 8).gradient < 0);
});

test("weights stand still in every phase but the update", () => {
  for (const name of ["mazur", "dead-unit"] as const) {
    const session = posed(name);
    const first = session.at(0).lines.map(({ value }) => value);
    const updates = session.net.schedule.findIndex(({ phase }) => phase === "update");

    for (let position = 0; position <= updates; position += 0.3) {
      const { lines } = session.at(position);
      assert.deepEqual(
        lines.map(({ value }) => value),
        first,
        `${name} at ${position}`,
      );
      assert.ok(lines.every(({ updating }) => !updating));
    }
  }
});

test("in its update a weight goes from what it was to what it becomes, and only its layer's do", () => {
  const mazur = posed("mazur");
  const [before, after] = [14, 15].map((t) => value(mazur.frame(t), "output.W[0,1]"));
  const passed = [14, 14.25, 14.5, 14.75, 15].map((position) => line(mazur, "output.W[0,1]", position));

  assert.equal(passed[0]?.value, before);
  assert.equal(passed[4]?.value, after);
  assert.ok(ascending(passed.map(({ value }) => -value)));
  assert.equal(passed[2]?.updating, true);
  assert.equal(line(mazur, "hidden1.W[0,0]", 14.5).updating, false);
  assert.equal(line(mazur, "output.b[0]", 14.5).updating, false);
  assert.equal(line(mazur, "hidden1.W[0,0]", 14.5).value, line(mazur, "hidden1.W[0,0]", 15).value);
});

test("a bias moves in its own update", () => {
  const dead = posed("dead-unit");

  assert.equal(line(dead, "output.b[0]", dead.ticks - 0.5).updating, true);
  assert.equal(line(dead, "output.W[0,0]", dead.ticks - 0.5).updating, false);
});

test("sizes are between 0 and 1, the largest is 1, and a number that is not zero is never invisible", () => {
  for (const name of ["mazur", "dead-unit", "goodfellow-xor"] as const) {
    const session = posed(name);
    for (let position = 0; position <= session.ticks; position += 0.25) {
      const { lines, arrows, glow } = session.at(position);
      for (const size of [
        ...lines.flatMap(({ size, band }) => [size, band]),
        ...arrows.map(({ size }) => size),
      ])
        assert.ok(size >= 0 && size <= 1, `${size}`);
      for (const { value, size } of [...lines, ...arrows]) assert.equal(size > 0, value !== 0);
      if (arrows.length) assert.equal(Math.max(...arrows.map(({ size }) => size)), 1);
      if (glow) assert.ok(glow.strength >= 0 && glow.strength <= 1, `${glow.strength}`);
    }
  }
});

test("units glow where the tick's numbers come to be", () => {
  const mazur = posed("mazur");
  const glowing = mazur.net.schedule.map((_, i) => mazur.at(i + 1).glow?.layer);

  assert.deepEqual(glowing, [
    "hidden1",
    "hidden1",
    "output",
    "output",
    "loss",
    "output",
    "output",
    undefined,
    undefined,
    "hidden1",
    "hidden1",
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("lines that the tick is about are active: edges on the way forward and back, weights and biases in their ticks", () => {
  const mazur = posed("mazur");
  const active = (t: number) =>
    mazur
      .at(t - 0.5)
      .lines.filter((line) => line.active > 0)
      .map(({ address }) => address.tensor);
  const kinds = (t: number) => [...new Set(active(t))].toSorted();

  assert.deepEqual(kinds(3), ["output.W", "output.b"]);
  assert.deepEqual(kinds(8), ["output.W"]);
  assert.deepEqual(kinds(9), ["output.b"]);
  assert.deepEqual(kinds(10), ["output.W"]);
  assert.deepEqual(kinds(14), ["hidden1.W"]);
  assert.deepEqual(kinds(2), []);
});

test("numbers that are not finite do not take the picture down", () => {
  const { net, scene, frame } = posed("mazur");
  const broken = (t: number): Frame | undefined => {
    if (t < 0) return undefined;
    const W = { shape: [2, 2], values: [["NaN", "Infinity"], [1, 2]] }; // prettier-ignore
    return { ...frame(t), tensors: { ...frame(t).tensors, "output.W": W as never } };
  };

  for (let position = 0; position <= 15; position += 0.5) {
    const pose = poseAt(scene, net, broken, position, 0);
    for (const { size } of [...pose.lines, ...pose.arrows]) assert.ok(size >= 0 && size <= 1, `${size}`);
  }
});

test("before any frame is there, there is a pose all the same", () => {
  const { net, scene } = posed("mazur");

  const pose = poseAt(scene, net, () => undefined, 3.5, 0);

  assert.equal(pose.lines.length, scene.edges.length + scene.biases.length);
  assert.deepEqual(pose.arrows, []);
});
