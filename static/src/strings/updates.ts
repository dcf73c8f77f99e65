/** How an update compares with what plain gradient descent would have added. */

export const same = "This is what plain gradient descent does.";
export const wouldMove = "Plain gradient descent would have moved it.";
export const wouldLeave = "Plain gradient descent would have left it.";
export const timesAsFar = (factor: string): string =>
  `This goes ${factor} times as far as plain gradient descent.`;
export const timesTheOtherWay = (factor: string): string =>
  `This goes ${factor} times as far as plain gradient descent, and the other way.`;
