/** What the builder says of a network that was refused. */

export const notBuilt = "This is not built; what you see is the network before.";
export const takeBack = "Take back";
