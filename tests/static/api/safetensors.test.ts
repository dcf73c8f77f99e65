import assert from "node:assert/strict";
import { test } from "node:test";

import { readSafetensors } from "../../../static/src/api/safetensors.ts";

/** A file as the format says: the length of the header, the header, the numbers. */
function file(header: Record<string, unknown>, ...numbers: (Float32Array | Float64Array)[]): ArrayBuffer {
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = new Uint8Array(new BigUint64Array([BigInt(text.length)]).buffer);
  const parts = [length, text, ...numbers.map(({ buffer }) => new Uint8Array(buffer as ArrayBuffer))];
  const content = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    content.set(part, at);
    at += part.length;
  }
  return content.buffer;
}

test("tensors of either precision are read wherever they begin, with what is said beside them", () => {
  const content = file(
    {
      __metadata__: { t: "7", x: "[0.5]" },
      "hidden1.a": { dtype: "F32", shape: [1, 3], data_offsets: [0, 12] },
      "loss.p": { dtype: "F64", shape: [2], data_offsets: [12, 28] },
    },
    new Float32Array([1, NaN, -0.5]),
    new Float64Array([0.1, Infinity]),
  );

  const { told, tensors } = readSafetensors(content);

  assert.deepEqual(told, { t: "7", x: "[0.5]" });
  assert.deepEqual(tensors["hidden1.a"], { shape: [1, 3], values: new Float32Array([1, NaN, -0.5]) });
  assert.deepEqual(tensors["loss.p"], { shape: [2], values: new Float64Array([0.1, Infinity]) });
});

test("a file need not say anything beside its tensors", () => {
  assert.deepEqual(readSafetensors(file({})), { told: {}, tensors: {} });
});
