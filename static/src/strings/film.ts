/** What is said of a film that cannot be made. */

export const changed = "The session was changed while its ticks were drawn.";
