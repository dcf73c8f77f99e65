/** The paths from a number to the loss as the page shows them: what they are called, and where they lie on the network. */

import type { Factor, Path } from "../api/types.ts";
import * as common from "../strings/common.ts";
import { batched, gradientOf, LOSS, type Net, parameterOf, unitOf } from "./net.ts";
import { type Address, addressText, fromWire, parseAddress } from "./numbers.ts";
import { words } from "./sentence.ts";

/** Where a path lies on the network: the addresses of its weights, and its units as `layer.unit`. */
export interface Trace {
  readonly edges: ReadonlySet<string>;
  readonly units: ReadonlySet<string>;
}

/** The number whose paths belong to a number: of a gradient, an update or a state what it is of. Null: it has none. */
export function startOf(net: Net, { tensor, index }: Address): Address | null {
  const of = parameterOf(net, tensor) ?? net.info.get(tensor)?.gradient_of ?? tensor;
  return gradientOf(net, of) === null ? null : { tensor: of, index };
}

export function traceOf(net: Net, path: Path): Trace {
  const isParameter = ({ tensor }: Address) => net.info.get(tensor)?.role === "parameter";
  const nodes = path.nodes.map(parseAddress);
  const along = path.factors.flatMap(({ tensor, index }): Address[] =>
    tensor === null ? [] : [{ tensor, index: index ?? [] }],
  );
  return {
    edges: new Set([...nodes, ...along].filter(isParameter).map(addressText)),
    units: new Set(unitsOf(net, nodes)),
  };
}

/** The example of the batch that a path goes through; null where it goes through none, as a penalty's. */
export function exampleOf(net: Net, { nodes }: Path): number | null {
  const own = nodes.map(parseAddress).find(({ tensor }) => batched(net, tensor));
  return own?.index[0] ?? null;
}

/** What each of some paths is called: its example and its units, without those that all of them have. */
export function pathNames(net: Net, paths: readonly Path[]): string[] {
  const passed = paths.map((path) => {
    const nodes = path.nodes.map(parseAddress);
    const example = nodes.find(({ tensor }) => batched(net, tensor))?.index[0];
    if (example === undefined) return [words(nodes.at(-2)?.tensor.split(".")[1])];
    return [common.example(example), ...unitsOf(net, nodes)];
  });
  const shared = (part: string) => passed.every((parts) => parts.includes(part));
  return passed.map((parts) => {
    const own = parts.filter((part) => !shared(part));
    return (own.length ? own : parts).join(" › ");
  });
}

/** What has become of the first factor after each factor: the last is the value of the path. */
export function productsOf(factors: readonly Factor[]): number[] {
  let product = 1;
  return factors.map((factor) => (product *= fromWire(factor.value)));
}

/** The units that a path passes, each once. */
function unitsOf(net: Net, nodes: readonly Address[]): string[] {
  const passed = nodes
    .filter(({ tensor }) => net.info.get(tensor)?.layer !== LOSS)
    .flatMap((node) => unitOf(net, node) ?? []);
  return [...new Set(passed.map(({ layer, unit }) => `${layer}.${unit}`))];
}
