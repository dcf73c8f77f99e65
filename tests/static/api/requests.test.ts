import assert from "node:assert/strict";
import { test } from "node:test";

import { Refused, Unreachable } from "../../../static/src/api/requests.ts";
import { answered, ok } from "./answered.ts";

test("only what has a body says of what type it is, and no question waits for ever", async () => {
  const { client, asked } = answered(ok);

  await client.session("s_1");
  await client.rewind("s_1", 0);
  await client.alive();

  assert.equal(asked[0]?.headers["Content-Type"], undefined);
  assert.equal(asked[1]?.headers["Content-Type"], "application/json");
  for (const { signal } of asked) assert.ok(signal instanceof AbortSignal);
});

test("a refusal carries the server's problem, and its sentence as the message", async () => {
  const problem = { code: "session_not_found", detail: "There is no session with this id on this server" };
  const { client } = answered(() => Response.json(problem, { status: 404 }));

  await assert.rejects(client.graph("s_1"), (error: unknown) => {
    assert.ok(error instanceof Refused);
    assert.deepEqual(error.problem, problem);
    assert.equal(error.message, problem.detail);
    return true;
  });
});

test("a refusal that is no problem document, as from a proxy, still says something", async () => {
  for (const content of [{ error: "quota" }, ["no"], null, "no", { detail: 7 }]) {
    const { client } = answered(() =>
      Response.json(content, { status: 429, statusText: "Too Many Requests" }),
    );

    await assert.rejects(client.graph("s_1"), (error: unknown) => {
      assert.ok(error instanceof Refused);
      assert.equal(error.message, "The server refused this without saying why: 429, Too Many Requests.");
      assert.equal(error.problem.status, 429);
      return true;
    });
  }
});

test("no answer, half an answer and an answer that is no JSON are all a server out of reach", async () => {
  const silences = [
    () => Promise.reject(new TypeError("fetch failed")),
    () => Promise.reject(new DOMException("The operation was aborted", "TimeoutError")),
    () => new Response('{"session":{'),
    () => new Response("<h1>Bad gateway</h1>", { status: 502 }),
  ];

  for (const silence of silences) {
    const { client } = answered(silence);
    await assert.rejects(client.frame("s_1", 0), (error: unknown) => {
      assert.ok(error instanceof Unreachable);
      assert.ok(error.cause instanceof Error);
      return true;
    });
  }
});

test("a server lives if it answers that it does", async () => {
  const answers: [() => Response | Promise<Response>, boolean][] = [
    [() => Response.json({ status: "ok" }), true],
    [() => new Response("", { status: 503 }), false],
    [() => Promise.reject(new TypeError("fetch failed")), false],
  ];

  for (const [answer, alive] of answers) assert.equal(await answered(answer).client.alive(), alive);
});

test("a change says for which revision it is meant, where that is known, and nothing else does", async () => {
  const { client, asked } = answered(ok);
  const weight = { tensor: "output.W", index: [0, 0] };

  await client.advance("s_1", 1, "ticks", 7);
  await client.rewind("s_1", 0, 7);
  await client.restore("s_1", 3, 7);
  await client.edit("s_1", weight, 0.5, 0, 7);
  await client.own("s_1", { x: [1], y: [0] }, 0, 7);
  await client.own("s_1", null, 0, 7);
  await client.settle("s_1", { learning_rate: 0.1 }, 0, 7);
  await client.begin("s_1", { steps: 10 }, undefined, 7);
  await client.remove("s_1", 7);
  const meant = asked.splice(0).map(({ headers }) => headers["If-Match"]);
  await client.advance("s_1", 1, "ticks");
  await client.preview("s_1", { edits: [{ ...weight, value: 1 }] }, 0);
  await client.frame("s_1", 0);

  assert.deepEqual(meant, Array(9).fill('"7"'));
  assert.ok(asked.every(({ headers }) => !("If-Match" in headers)));
});
