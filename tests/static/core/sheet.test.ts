import assert from "node:assert/strict";
import { test } from "node:test";

import { csv } from "../../../static/src/core/sheet.ts";

test("numbers are written with every digit, words in quotes where they need them, nothing as nothing", () => {
  const sheet = {
    of: "things",
    columns: ["name", "value", "cause"],
    rows: [
      ["hidden1", 0.1 + 0.2, 'it says "no", twice'],
      ["output", null, "a\nb"],
    ],
  };

  assert.equal(
    csv(sheet),
    'name,value,cause\r\nhidden1,0.30000000000000004,"it says ""no"", twice"\r\noutput,,"a\nb"\r\n',
  );
});
