/** What is said of a network, of data or of a training that a learner has made. */

import { plural } from "./parts.ts";

export const ownNetwork = "Own network";
export const outputs = (count: number): string => plural(count, "one output", `${count} outputs`);
export const fitted = (loss: string, outputs: string): string =>
  `To go with the data, the loss is now ${loss}, with ${outputs}.`;
