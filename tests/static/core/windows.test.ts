import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame, Tensor } from "../../../static/src/api/types.ts";
import { valueAt } from "../../../static/src/core/numbers.ts";
import { windowsFor, withWindow } from "../../../static/src/core/windows.ts";
import { recorded } from "../recorded.ts";

const { net, frame } = recorded("xor-batch");
const AFTER_GRADIENT = 9;

/** The frame after the output's gradient, in which these tensors do not come whole. */
function summarized(...names: string[]): Frame {
  const whole = frame(AFTER_GRADIENT);
  const short = names.map((name) => [
    name,
    { shape: whole.tensors[name]?.shape ?? [], summary: {} } as Tensor,
  ]);
  return { ...whole, tensors: { ...whole.tensors, ...Object.fromEntries(short) } };
}

/** What is asked for, as `hidden1.W rows 2`. */
const asked = (seen: Frame, tensor: string, index: number[]) =>
  windowsFor(net, seen, { tensor, index }, 3).map((window) => Object.values(window).join(" "));

test("of a weight's unit the row is asked for, of a unit before it the column, of a batch the example's", () => {
  const seen = summarized("output.W", "output.dW", "hidden1.a");

  assert.deepEqual(asked(seen, "output.W", [0, 2]).toSorted(), [
    "hidden1.a rows 3",
    "output.W rows 0",
    "output.dW rows 0",
  ]);
  assert.deepEqual(asked(seen, "hidden1.a", [3, 1]).toSorted(), [
    "hidden1.a rows 3",
    "output.W cols 1",
    "output.dW cols 1",
  ]);
  assert.deepEqual(asked(seen, "input.a", [3, 1]), ["hidden1.a rows 3"]);
  assert.deepEqual(
    windowsFor(net, seen, null, 0).map(({ tensor }) => tensor),
    ["hidden1.a"],
  );
  assert.deepEqual(asked(frame(AFTER_GRADIENT), "output.W", [0, 0]), []);
});

test("what has come stands where it belongs, and is not asked for again", () => {
  const whole = frame(AFTER_GRADIENT).tensors["hidden1.W"]?.values as number[][];
  const seen = summarized("hidden1.W");
  const tensor = "hidden1.W";
  const row = withWindow(seen.tensors[tensor] as Tensor, { tensor, axis: "rows", at: 1 }, [whole[1] ?? []]);
  const column = withWindow(
    row,
    { tensor, axis: "cols", at: 0 },
    whole.map((one) => [one[0] ?? 0]),
  );
  const wider = { ...seen, tensors: { ...seen.tensors, [tensor]: column } };

  assert.equal(valueAt(wider, { tensor, index: [1, 1] }), whole[1]?.[1]);
  assert.equal(valueAt(wider, { tensor, index: [2, 0] }), whole[2]?.[0]);
  assert.equal(valueAt(wider, { tensor, index: [2, 1] }), null);
  assert.deepEqual(asked(wider, "hidden1.b", [1]), []);
  assert.deepEqual(asked(wider, "input.a", [3, 0]), []);
  assert.deepEqual(asked(wider, "input.a", [3, 1]), ["hidden1.W cols 1"]);
});
