import assert from "node:assert/strict";
import { test } from "node:test";

import { parseAddress } from "../../../static/src/core/numbers.ts";
import { marked } from "../../../static/src/core/symbols.ts";

const stands = (symbol: string, address: string) => ({ symbol, address: parseAddress(address) });

test("a symbol under an accent is another one, and stays whole", () => {
  const m = { symbol: "m", address: { tensor: "h.mW", index: [0] } };

  assert.equal(
    marked("\\hat m = \\hat{m} \\cdot \\sqrt m + \\eta m", [m]),
    "\\hat m = \\hat{m} \\cdot \\sqrt m + \\eta {\\htmlData{lights=h.mW/0}{m}}",
  );
});

test("a symbol is marked with its number, wherever it stands", () => {
  const known = [
    stands("\\frac{\\partial L}{\\partial a_{0}}", "hidden1.da[2,0]"),
    stands("b_{0}", "hidden1.b[0]"),
  ];

  assert.equal(
    marked("x = \\frac{\\partial L}{\\partial a_{0}}\\cdot b_{0}", known),
    "x = {\\htmlData{lights=hidden1.da/2/0}{\\frac{\\partial L}{\\partial a_{0}}}}\\cdot {\\htmlData{lights=hidden1.b/0}{b_{0}}}",
  );
});

test("a letter is no symbol inside a word, a command or another symbol", () => {
  const formula = "m = \\beta_1 m_{\\text{before}} + \\mu m + \\text{momentum}";

  assert.equal(
    marked(formula, [stands("m", "h.mW[0]")]),
    "{\\htmlData{lights=h.mW/0}{m}} = \\beta_1 m_{\\text{before}} + \\mu {\\htmlData{lights=h.mW/0}{m}} + \\text{momentum}",
  );
});

test("the longest symbol counts, and the first of two that are the same", () => {
  const known = [
    stands("w", "h.W[0]"),
    stands("\\frac{\\partial L}{\\partial w}", "h.dW[0]"),
    stands("w", "h.W[1]"),
  ];

  assert.equal(
    marked("-\\eta\\,\\frac{\\partial L}{\\partial w} w", known),
    "-\\eta\\,{\\htmlData{lights=h.dW/0}{\\frac{\\partial L}{\\partial w}}} {\\htmlData{lights=h.W/0}{w}}",
  );
  assert.equal(marked("a = b", []), "a = b");
});
