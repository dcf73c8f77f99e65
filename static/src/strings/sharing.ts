/** What the buttons that take a moment along say. */

export const share = "Share";
export const aboutShare = "A link to this very moment";
export const copied = "Copied.";
export const whoeverOpens = "Whoever opens this link sees this very moment, and changes only a copy:";

export const save = "Save";
export const aboutSave = "The session as a file, to go on with on any server";

export const more = "More";
export const aboutMore = "Open, branch, scripts, weights";
export const open = "Open a saved session";
export const branch = "Branch from here";
export const aboutBranch = "A session of its own from this moment";

export const takeAlong = "Take along";
export const picture = "Save a picture";
export const aboutPicture = "The network as SVG or PNG, or some ticks of it as a GIF";
export const FILES = {
  numpy: "NumPy script",
  pytorch: "PyTorch script",
  safetensors: "Weights (safetensors)",
  csv: "Curves (CSV)",
} as const;

export const goneAnotherWay =
  "The session has gone another way since this link was made. This is a copy of your own, from that very moment.";
const WANTED = {
  t: "the number of a moment",
  rev: "the number of a revision",
  sample: "the number of a row",
  asks: "an address such as hidden1.W[0,1]",
} as const;
const LONGEST = 40;
/** Something in a link that cannot be read. */
export const unread = ({ name, given }: { name: keyof typeof WANTED; given: string }): string => {
  const cut = given.length > LONGEST ? `${given.slice(0, LONGEST)}…` : given;
  return `This link says ${name}=${cut}, where ${WANTED[name]} was wanted: it is passed over.`;
};
/** A moment that a session has not come to, or that its copy begins after. */
export const outOfReach = (t: number, first: number, last: number): string =>
  `This link leads to t=${t}, and the session has the moments from t=${first} to t=${last}: this is the nearest.`;
export const noSuchNumber = (address: string): string =>
  `This link asks about ${address}, which this network does not have: it is passed over.`;
export const noSuchRow = (row: number, rows: number): string =>
  `This link leads to example ${row}, and the last of this batch is ${rows - 1}: that one is shown.`;
export const branched =
  "This is a copy, from the moment that you looked at. The session before it stays as it was.";
