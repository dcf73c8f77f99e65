import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame, TickRecord } from "../../../static/src/api/types.ts";
import { Tape } from "../../../static/src/core/tape.ts";
import { recorded } from "../recorded.ts";

/** A frame at `t` with nothing in it. */
const empty = (t: number): Frame => ({ ...recorded("mazur").frame(0), t });

for (const name of ["mazur", "goodfellow-xor", "dead-unit"] as const)
  test(`${name}: what the ticks of a step wrote folds to the server's frame at each of them`, () => {
    const { net, ticks, frame } = recorded(name);
    const tape = new Tape();
    tape.put(frame(1));

    for (const tick of ticks.slice(1, net.schedule.length)) {
      assert.ok(tape.fold(tick, net.schedule));
      assert.deepEqual(tape.get(tick.t), frame(tick.t));
    }
  });

test("a step's first tick is not folded, because its batch is a new one", () => {
  const { net, ticks, frame } = recorded("mazur");
  const ticksPerStep = net.schedule.length;
  const tape = new Tape();
  tape.put(frame(ticksPerStep));

  const folded = tape.fold(ticks[ticksPerStep] as TickRecord, net.schedule);

  assert.equal(folded, false);
  assert.equal(tape.get(ticksPerStep + 1), undefined);
});

test("nor is the first tick of a further micro-batch of the same step", () => {
  const { net, ticks, frame } = recorded("mazur");
  const schedule = net.schedule.map((tick, i) => ({ ...tick, micro: i < 8 ? 0 : 1 }));
  const tape = new Tape();
  tape.put(frame(1));

  const folded = ticks.slice(1, net.schedule.length).map((tick) => {
    const can = tape.fold(tick, schedule);
    if (!can) tape.put(frame(tick.t));
    return can;
  });

  assert.deepEqual(
    folded.flatMap((can, i) => (can ? [] : [ticks[i + 1]?.index])),
    [8],
  );
});

test("a first tick whose frame is there needs no other", () => {
  const { net, ticks, frame } = recorded("mazur");
  const tape = new Tape();
  tape.put(frame(1));

  assert.ok(tape.fold(ticks[0] as TickRecord, net.schedule));
});

test("a tick is not folded onto a moment that is not there", () => {
  const { net, ticks, frame } = recorded("mazur");
  const tape = new Tape();
  tape.put(frame(1));

  assert.equal(tape.fold(ticks[2] as TickRecord, net.schedule), false);
  assert.equal(tape.get(3), undefined);
});

test("folding leaves the frame before as it was", () => {
  const { net, ticks, frame } = recorded("mazur");
  const tape = new Tape();
  tape.put(frame(1));

  tape.fold(ticks[1] as TickRecord, net.schedule);

  assert.deepEqual(tape.get(1), frame(1));
});

test("a long run does not fill the memory: the frames put in longest ago are dropped", () => {
  const tape = new Tape();

  for (let t = 0; t < 5000; t++) tape.put(empty(t));

  assert.equal(tape.get(0), undefined);
  assert.equal(tape.get(4000), undefined);
  assert.equal(tape.get(4999)?.t, 4999);
  assert.equal(tape.get(4500)?.t, 4500);
});

test("a frame put in again counts as new", () => {
  const tape = new Tape();
  for (let t = 0; t < 600; t++) tape.put(empty(t));

  tape.put(empty(0));
  tape.put(empty(600));

  assert.equal(tape.get(0)?.t, 0);
  assert.equal(tape.get(1), undefined);
});

test("a cleared tape has nothing", () => {
  const tape = new Tape();
  tape.put(empty(3));

  tape.clear();

  assert.equal(tape.get(3), undefined);
});
