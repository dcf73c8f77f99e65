/** Lines of code: their variables are the network's tensors, and what a line made is shown where it still stands. */

import assert from "node:assert/strict";
import test from "node:test";

import { codeOf, madeBy } from "../../../static/src/core/code.ts";
import { recorded } from "../recorded.ts";

const { net: plain } = recorded("mazur");
const CODE = [
  {
    numpy: "hidden1_z = input_a @ hidden1_W.T + hidden1_b",
    pytorch: "hidden1_z = F.linear(input_a, hidden1_W)",
  },
  { numpy: "output_dW = output_dz.T @ hidden1_a", pytorch: "output_dW = output_W.grad" },
  {
    numpy: "output_uW = 0.9 * output_uW\noutput_uW += -0.5 * output_dW\noutput_W += output_uW",
    pytorch: "output_uW = -0.5 * output_W.grad\noutput_W.data += output_uW\noutput_W.grad = None",
  },
];
const schedule = plain.schedule.slice(0, CODE.length).map((tick, i) => ({ ...tick, code: CODE[i] }) as never);
const net = { ...plain, schedule } as typeof plain;

test("the variables of a line are tensors, and the rest stands as it is", () => {
  const [line] = codeOf(net, "numpy")[0] ?? [];

  assert.equal(line?.words.map(({ text }) => text).join(""), net.schedule[0]?.code.numpy);
  assert.deepEqual(
    line?.words.flatMap(({ tensor }) => tensor ?? []),
    ["hidden1.z", "input.a", "hidden1.W", "hidden1.b"],
  );
  assert.equal(line?.writes, "hidden1.z");
});

test("PyTorch's .grad is the gradient of what stands before it", () => {
  const lines = codeOf(net, "pytorch").flat();
  const gradient = lines.find(({ writes }) => writes === "output.dW");

  assert.deepEqual(
    gradient?.words.filter(({ tensor }) => tensor),
    [
      { text: "output_dW", tensor: "output.dW" },
      { text: "output_W.grad", tensor: "output.dW" },
    ],
  );
});

test("of the lines that write a tensor only the last shows it, and what is taken away is not written", () => {
  const written = (language: "numpy" | "pytorch") => codeOf(net, language)[2]?.map(({ writes }) => writes);

  assert.deepEqual(written("numpy"), [null, "output.uW", "output.W"]);
  assert.deepEqual(written("pytorch"), ["output.uW", "output.W", null]);
});

test("what has not run has made nothing, and of two ticks that write the same the later has made it", () => {
  const tick = (index: number, writes: string[]) => ({ ...net.schedule[0], index, writes }) as never;
  const ticks = [tick(0, ["a"]), tick(1, ["b"]), tick(2, ["a"])];

  assert.deepEqual([...madeBy(ticks, -1)], []);
  assert.deepEqual(Object.fromEntries(madeBy(ticks, 1)), { a: 0, b: 1 });
  assert.deepEqual(Object.fromEntries(madeBy(ticks, 2)), { a: 2, b: 1 });
});
