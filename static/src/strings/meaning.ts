/** What the names near a question mean. */

export const names = "What the names mean";
export const gradient = (of: string): string => `gradient: how the loss changes with ${of}`;
export const update = (of: string): string => `update: what this step adds to ${of}`;
export const state = (of: string): string => `what the optimizer keeps of ${of} from step to step`;
export const weight = "weight of an edge";
export const bias = "bias of a unit";
export const inner = "a unit's weighted sum, before its activation";
export const out = "what a unit hands on, after its activation";
export const input = "input";
export const target = "target";
export const loss = "number of the loss";

export const ofUnit = (unit: string): string => `of ${unit}`;
export const ofEdge = (from: string, to: string): string => `edge ${from} → ${to}`;
export const ofExample = (unit: string, example: number): string => `of ${unit}, example ${example}`;
