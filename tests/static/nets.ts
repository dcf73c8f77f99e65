/** Nets of any size, made of the layers of a recorded one: for what depends on sizes alone. */

import type { Layer, Net } from "../../static/src/core/net.ts";
import { recorded } from "./recorded.ts";

/** The net that has as many inputs, units in each hidden layer, and outputs as are given. */
export function netOf(...units: number[]): Net {
  const { net } = recorded("xor-batch");
  const [input, hidden, output] = net.layers as [Layer, Layer, Layer];
  const info = new Map(net.info);
  const layers = units.map((size, i): Layer => {
    if (i === 0) return { ...input, units: size };
    const name = i === units.length - 1 ? "output" : `hidden${i}`;
    const shape = [size, units[i - 1] ?? 0];
    const W = net.info.get("hidden1.W");
    if (W) info.set(`${name}.W`, { ...W, name: `${name}.W`, layer: name, shape });
    const own = { name, units: size, source: i > 1 ? `hidden${i - 1}` : "input" };
    const tensors = { out: `${name}.a`, inner: `${name}.z`, weights: `${name}.W`, bias: `${name}.b` };
    return { ...(i === units.length - 1 ? output : hidden), ...own, ...tensors };
  });
  return { ...net, layers, info };
}

/** Two inputs, `depth` hidden layers of sixteen units, one output. */
export function deep(depth: number, width = 16): Net {
  return netOf(2, ...Array.from({ length: depth }, () => width), 1);
}
