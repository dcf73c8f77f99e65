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

test("a text that a spreadsheet would compute is shown by it instead, and a number below 0 stays one", () => {
  const sheet = { of: "things", columns: ["=1+1", "loss"], rows: [["@SUM(A1)", -0.5]] };

  assert.equal(csv(sheet), "'=1+1,loss\r\n'@SUM(A1),-0.5\r\n");
});
