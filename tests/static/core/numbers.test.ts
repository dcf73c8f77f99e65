import assert from "node:assert/strict";
import { test } from "node:test";

import type { Frame, Tensor } from "../../../static/src/api/types.ts";
import {
  addressText,
  counted,
  element,
  elements,
  fromWire,
  full,
  largest,
  largestSize,
  lightsText,
  parseAddress,
  parseIndex,
  parseLights,
  plainly,
  readNumber,
  sameAddress,
  short,
  sign,
  signed,
  valueAt,
} from "../../../static/src/core/numbers.ts";
import { recorded } from "../recorded.ts";

const written: [number, string][] = [
  [0.08216704056423077, "0.08217"],
  [0.5, "0.5"],
  [-0.5, "−0.5"],
  [2, "2"],
  [12345.6, "12350"],
  [0.001, "0.001"],
  [0.0009999, "9.999e−4"],
  [-0.000438568, "−4.386e−4"],
  [1e-300, "1e−300"],
  [2500000, "2.5e+6"],
  [0, "0"],
  [-0, "0"],
  [NaN, "NaN"],
  [Infinity, "∞"],
  [-Infinity, "−∞"],
];

for (const [value, text] of written)
  test(`${full(value)} is shown as ${text}`, () => {
    assert.equal(short(value), text);
  });

test("no number is shown with a hyphen for its minus", () => {
  for (const value of [-1, -1e-9, 1e-9, -1e9, -Infinity])
    assert.ok(!short(value).includes("-"), short(value));
});

test("the names that JSON has for what is no number are read as what they name", () => {
  assert.deepEqual(
    ["NaN", "Infinity", "-Infinity", -0.5].map((value) => fromWire(value as number)),
    [NaN, Infinity, -Infinity, -0.5],
  );
});

test("the full text of a number reads back as the very same number", () => {
  for (const value of [0.1 + 0.2, 0.08216704056423077, 5e-324, 1.7976931348623157e308, -0, NaN, -Infinity])
    assert.ok(Object.is(Number(full(value)), value), full(value));
});

const typed: [string, number | null][] = [
  [" .3 ", 0.3],
  ["3/10", 0.3],
  ["-1 / 4", -0.25],
  ["0,3", 0.3],
  ["1e-1", 0.1],
  ["-0.20", -0.2],
  ["−0.2", -0.2],
  ["–0,2", -0.2],
  ["−4.386e−4", -4.386e-4],
  ["1,234.5", null],
  ["1.234,5", null],
  ["3/", null],
  ["/3", null],
  ["1/0", null],
  ["1/2/3", null],
  ["2*3", null],
  ["", null],
];

for (const [text, value] of typed)
  test(`what was typed as "${text}" is read as ${value}`, () => {
    assert.equal(readNumber(text), value);
  });

test("what the page writes is read as the number that it shows", () => {
  for (const value of [-0.02227, 4.386e-4, -1e-300, 2.5e6, 12]) assert.equal(readNumber(short(value)), value);
});

test("in a number without decimals a comma parts thousands", () => {
  assert.equal(plainly("1,000", false), "1,000");
  assert.equal(plainly("−1", false), "-1");
});

test("minus zero has no sign but keeps its digits", () => {
  assert.equal(sign(-0), "zero");
  assert.equal(full(-0), "-0");
});

test("an address reads back from its text", () => {
  for (const text of ["hidden1.dW[0,1]", "output.b[3]", "loss.value"])
    assert.equal(addressText(parseAddress(text)), text);
  assert.deepEqual(parseAddress("hidden1.dW[0,1]"), { tensor: "hidden1.dW", index: [0, 1] });
  assert.deepEqual(parseIndex(""), []);
});

test("two addresses are the same only if tensor and index are, and nothing is the same as none", () => {
  const address = { tensor: "hidden1.W", index: [0, 1] };

  assert.ok(sameAddress(address, { tensor: "hidden1.W", index: [0, 1] }));
  assert.ok(!sameAddress(address, { tensor: "hidden1.W", index: [1, 0] }));
  assert.ok(!sameAddress(address, { tensor: "output.W", index: [0, 1] }));
  assert.ok(!sameAddress(null, null));
});

test("a number of a frame is found by its address", () => {
  const frame = recorded("mazur").frame(8);

  assert.equal(valueAt(frame, parseAddress("output.dW[0,1]")), 0.08266762784753325);
  assert.equal(valueAt(frame, parseAddress("loss.value")), 0.2983711087600027);
  assert.equal(valueAt(frame, parseAddress("hidden1.b[1]")), 0.35);
});

test("what is not computed, not in the tensor or not in the frame has no value, which is not zero", () => {
  const frame = recorded("mazur").frame(8);

  for (const text of ["output.db[0]", "output.dW[2,0]", "output.dW[0,2]", "output.dW", "none.W[0,0]"])
    assert.equal(valueAt(frame, parseAddress(text)), null, text);
  assert.equal(valueAt(undefined, parseAddress("loss.value")), null);
});

test("a tensor too large to come in full has no values", () => {
  const summarized = { shape: [700, 700], summary: { norm: 1 }, href: "…" } as unknown as Tensor;

  assert.equal(element(summarized, [0, 0]), null);
});

test("elements are all numbers of a tensor of any rank, each with its index", () => {
  const frame: Frame = recorded("goodfellow-xor").frame(5);
  const all = (name: string) => [...elements(frame.tensors[name] as Tensor)].map(({ index }) => index.join());

  assert.deepEqual(all("hidden1.W"), ["0,0", "0,1", "1,0", "1,1"]);
  assert.deepEqual(all("loss.terms"), ["0", "1", "2", "3"]);
  assert.deepEqual(all("loss.value"), [""]);
});

test("the largest number is the one of largest size, among those allowed, and what is not finite comes first", () => {
  const tensor = { shape: [2, 2], values: [[1, -3], [2, 0]] } as unknown as Tensor; // prettier-ignore
  const broken = { shape: [3], values: [5, "NaN", -7] } as unknown as Tensor;

  assert.deepEqual(largest(tensor), [0, 1]);
  assert.deepEqual(
    largest(tensor, ([row]) => row === 1),
    [1, 0],
  );
  assert.deepEqual(largest(broken), [1]);
});

test("the largest size of a tensor leaves out what is not finite, and there is none where nothing is", () => {
  const broken = { shape: [3], values: [5, "-Infinity", -7] } as unknown as Tensor;

  assert.equal(largestSize(broken), 7);
  assert.equal(largestSize(broken), 7, "asked again");
  assert.equal(largestSize(null), 0);
  assert.equal(largestSize({ shape: [700, 700] } as unknown as Tensor), 0);
});

test("what is added up has its sign, too", () => {
  assert.deepEqual([0.0554, -0.01905, 0, NaN].map(signed), ["+0.0554", "−0.01905", "0", "NaN"]);
});

test("a large count has its thousands apart, and may be too large for a number", () => {
  assert.deepEqual([999, 1000, 17592186044416n].map(counted), ["999", "1,000", "17,592,186,044,416"]);
});

test("an address as a mark has neither commas nor brackets, and can be read back", () => {
  for (const address of [parseAddress("hidden1.W[0,12]"), parseAddress("loss.value")]) {
    assert.doesNotMatch(lightsText(address), /[,[\]]/);
    assert.deepEqual(parseLights(lightsText(address)), address);
  }
});
