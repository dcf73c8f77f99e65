import assert from "node:assert/strict";
import { test } from "node:test";

import type { LogRow } from "../../../static/src/api/types.ts";
import { type Link, linkText, readLink, stillThere } from "../../../static/src/core/link.ts";

function row(kind: LogRow["kind"], after: number, changed: LogRow["changed"] = null): LogRow {
  return { rev: 1, kind, before: 0, after, commands: 1, changed };
}

function reread(link: Link): Link | null {
  const { pathname, search } = new URL(linkText(link), "http://localhost");
  return readLink(pathname, search);
}

test("a link leads back to the session, the moment, the history, the row and the number", () => {
  const link = {
    id: "v_a-B9_",
    t: 0,
    rev: 12,
    sample: 3,
    selected: { tensor: "hidden1.dW", index: [0, 1] },
  };

  assert.deepEqual(reread(link), { ...link, unread: [] });
});

test("a session's own address has no moment, and other addresses name no session", () => {
  assert.equal(linkText({ id: "s_abc" }), "/s/s_abc");
  assert.equal(readLink("/s/s_abc", "")?.t, undefined);
  assert.equal(readLink("/", "?t=3"), null);
  assert.equal(readLink("/s/", "?t=3"), null);
  assert.equal(
    readLink("/s/s_%3Cb%3E", "")?.id,
    "s_%3Cb%3E",
    "the server says that there is none of that name",
  );
});

test("what is no moment, no revision and no address in a link is passed over, and told", () => {
  const link = readLink("/s/v_a", "?t=-1&rev=x&sample=1e9&asks=../../etc");

  assert.deepEqual(link, {
    id: "v_a",
    t: undefined,
    rev: undefined,
    sample: undefined,
    selected: undefined,
    unread: [
      { name: "t", given: "-1" },
      { name: "rev", given: "x" },
      { name: "sample", given: "1e9" },
      { name: "asks", given: "../../etc" },
    ],
  });
});

test("a moment is still there after steps, another name, and a rewind that does not pass it", () => {
  assert.ok(stillThere(8, [row("advance", 30), row("settings", 30, { name: { before: "a", after: "b" } })]));
  assert.ok(stillThere(8, [row("rewind", 8), row("advance", 9)]));
});

test("a moment is another one after a rewind before it, an edit, or a way back to another history", () => {
  assert.ok(!stillThere(8, [row("rewind", 7), row("advance", 9)]));
  assert.ok(!stillThere(8, [row("edit", 30, { edits: [] })]));
  assert.ok(!stillThere(8, [row("rewind", 30, { to_rev: 2 })]));
});
