import assert from "node:assert/strict";
import { test } from "node:test";

import { Motion } from "../../static/src/motion.ts";
import { FakeClock } from "./clock.ts";

/** A motion, its clock, and every position that it has drawn. */
function moving(still = false) {
  const clock = new FakeClock();
  const motion = new Motion(clock, () => still);
  const drawn: number[] = [];
  motion.onMove = (position) => drawn.push(position);
  const play = (pictures: number, each: number) => {
    for (let i = 0; i < pictures; i++) clock.pass(each);
  };
  return { clock, motion, drawn, play };
}

test("it goes from one moment to the next, evenly, within the time it was given", () => {
  const { motion, drawn, play } = moving();

  motion.go(4, 5, 400);
  play(4, 100);

  assert.deepEqual(drawn, [4.25, 4.5, 4.75, 5]);
});

test("it ends at exactly the moment it was sent to, however the pictures fall", () => {
  for (const each of [7, 16.7, 33, 399, 401, 5000]) {
    const { motion, drawn, clock, play } = moving();

    motion.go(3, 4, 400);
    play(Math.ceil(400 / each) + 1, each);

    assert.equal(drawn.at(-1), 4);
    assert.equal(motion.position, 4);
    assert.equal(clock.asked, 0, "no more pictures are asked for once it rests");
  }
});

test("the end is drawn also where the time runs out between drawing and asking again", () => {
  const { clock, motion, drawn } = moving();
  motion.onMove = (position) => {
    drawn.push(position);
    clock.time += 10;
  };

  motion.go(0, 1, 100);
  clock.pass(95);
  clock.pass(16);

  assert.equal(drawn.at(-1), 1);
});

test("backward it is the same way, the other way round", () => {
  const forward = moving();
  const back = moving();

  forward.motion.go(4, 5, 400);
  back.motion.go(5, 4, 400);
  forward.play(3, 100);
  back.play(3, 100);

  assert.deepEqual(back.drawn.toReversed(), forward.drawn);
});

test("for a reader who wants no motion it is there at once", () => {
  const { motion, drawn, play } = moving(true);

  motion.go(4, 5, 400);
  play(2, 16);

  assert.deepEqual(drawn, [5]);
});

test("where there is nowhere to go, one picture is drawn and no more", () => {
  const { motion, drawn, play } = moving();

  motion.go(7, 7, 400);
  play(3, 16);

  assert.deepEqual(drawn, [7]);
});

test("sent elsewhere on the way it goes there, and draws one picture at a time", () => {
  const { clock, motion, drawn, play } = moving();

  motion.go(4, 5, 400);
  play(1, 200);
  motion.go(5, 6, 400);
  assert.equal(clock.asked, 1);
  play(2, 200);

  assert.deepEqual(drawn, [4.5, 5.5, 6]);
});

test("a position can be asked for between two pictures", () => {
  const { clock, motion } = moving();

  motion.go(0, 2, 400);
  clock.time = 100;

  assert.equal(motion.position, 0.5);
});
