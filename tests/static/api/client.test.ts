import assert from "node:assert/strict";
import { test } from "node:test";

import { answered, ok } from "./answered.ts";

test("each question is asked as the contract says", async () => {
  const { client, asked } = answered(ok);

  await client.catalog();
  await client.create({ preset: "xor" });
  await client.session("s_1");
  await client.graph("s_1");
  await client.frame("s_1", 7);
  await client.explanation("s_1", { tensor: "hidden1.dW", index: [0, 1] }, 9);
  await client.explanation("s_1", { tensor: "loss.value", index: [] }, 9);
  await client.advance("s_1", 3, "ticks");
  await client.advance("s_1", 4000, "none");
  await client.rewind("s_1", 0);
  await client.remove("s_1");

  assert.deepEqual(
    asked.map(({ method, path, body }) => [method, path, body]),
    [
      ["GET", "/api/v1/catalog", undefined],
      ["POST", "/api/v1/sessions", { preset: "xor" }],
      ["GET", "/api/v1/sessions/s_1", undefined],
      ["GET", "/api/v1/sessions/s_1/graph", undefined],
      ["GET", "/api/v1/sessions/s_1/frames/7", undefined],
      ["GET", "/api/v1/sessions/s_1/explanations/hidden1.dW?index=0,1&t=9", undefined],
      ["GET", "/api/v1/sessions/s_1/explanations/loss.value?t=9", undefined],
      ["POST", "/api/v1/sessions/s_1/steps", { granularity: "op", count: 3, return: "ticks" }],
      ["POST", "/api/v1/sessions/s_1/steps", { granularity: "op", count: 4000, return: "none" }],
      ["POST", "/api/v1/sessions/s_1/rewind", { to: 0 }],
      ["DELETE", "/api/v1/sessions/s_1", undefined],
    ],
  );
});

test("an id from the address bar cannot lead to another path", async () => {
  const { client, asked } = answered(ok);

  await client.session("../catalog?");

  assert.equal(asked[0]?.path, "/api/v1/sessions/..%2Fcatalog%3F");
});
