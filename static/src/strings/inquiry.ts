/** What is said where a question about the moment has no answer. */

export const missed = "The server did not answer.";
