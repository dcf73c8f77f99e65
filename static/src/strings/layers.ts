/** What the rows of layers say that the network is built with. */

export const title = "Network";
export const add = "+ Add layer";
export const aboutAdd = (layer: string): string => `Before ${layer}`;

export const more = "More of this layer";
export const units = "units";
export const unitsOf = (layer: string): string => `${layer} units`;
export const fewerUnits = (layer: string): string => `Fewer ${layer} units`;
export const moreUnits = (layer: string): string => `More ${layer} units`;

export const name = "name";
export const nameOf = (layer: string): string => `${layer} name`;
export const aboutName = "What its tensors are called by";

export const frozen = (parameter: string): string => `${parameter} frozen`;
export const aboutFrozen = "A frozen parameter has a gradient and is not changed by it";

export const up = "↑ up";
export const moveUp = (layer: string): string => `Move ${layer} up`;
export const aboutUp = "Towards the input";
export const down = "↓ down";
export const moveDown = (layer: string): string => `Move ${layer} down`;
export const aboutDown = "Towards the loss";
export const remove = "remove";
export const removeOf = (layer: string): string => `Remove ${layer}`;
export const before = "+ before";
export const addBefore = (layer: string): string => `Add layer before ${layer}`;
export const after = "+ after";
export const addAfter = (layer: string): string => `Add layer after ${layer}`;
