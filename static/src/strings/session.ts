/** What is said of a session that others move too, or that the server has lost. */

export const unreachable = "The server does not answer. Trying again…";
export const onlyTheFirst =
  "The server answers again. Of what you asked for while it was away, only the first was done.";
export const notDone = "The server answers again. What you asked for while it was away was not done.";
export const perhapsDone =
  "The server answers again, and the session has moved: what you asked for last may have been done, or not.";
export const copied = "This was somebody else's session. You go on in a copy of your own.";
export const rewound = "The session was rewound elsewhere. This is as far as it is now.";

export const conflict = "Somebody else has moved this session on, so nothing was changed.";
export const follow = "Follow";
export const goOnInCopy = "Go on in a copy";
export const goesAlong = "This session is being moved elsewhere too. This page goes along.";
export const staysHere = "This session is being moved elsewhere too. The moment that you look at stays.";

/** Why a session is made again, and what came of that. */
export const notThere = "This session is not on the server any more.";
export const gaveWay = "This session was not used for long and has given way to newer ones on the server.";
export const standsWhereItStood = "It was made again from its spec and stands where it stood.";
export const makingAgain = "The server has lost this session: it is made again from its spec.";
export const stoppedAt = (step: number): string =>
  `It was made again from its spec as far as step ${step}, where you stopped that.`;
export const gaveUp = "Given up. Nothing has changed here.";
export const withoutChanges =
  "It was made again from its spec, but what was changed on the way, here or elsewhere, is not in it: its numbers are others.";
