/** What the network says that is drawn. */

export const unfold = "Show these layers apart";
export const fold = "Fold these layers together";
export const moreUnits = (count: number): string => `and ${count} more units`;

export const unit = (layer: string, unit: number, name: string | null, said: readonly string[]): string =>
  `${layer} unit ${unit}${name === null ? "" : `, ${name}`}: ${said.join(", ")}`;
export const named = (name: string | null, number: string): string =>
  name === null ? number : `${name}: ${number}`;
export const biasIs = (name: string, value: string): string => `${name}, bias, ${value}`;
export const stops = (why: string): string => `The gradient stops here. ${why}`;

export const lossIs = (value: string): string => `loss: ${value}`;
export const lossOf = (example: string, value: string, batch: number, mean: string): string =>
  `loss of ${example}: ${value}, of the batch of ${batch}: ${mean}`;
export const target = "target";
export const batchOf = (count: number): string => `batch of ${count}`;
export const ownExample = "own example";

export const tooMany = (matrix: string): string => `${matrix}, too many to draw`;

export const positive = "positive";
export const negative = "negative";
export const gradient = "gradient";
export const travels = "travels now";
export const cell = "unit";
export const bias = "bias";
export const map = "map";
export const aboutMap = "What a unit answers over the plane of the inputs";
export const stopped = "stopped: slope 0";
export const weak = "small slope";
export const dash = "– not yet";
