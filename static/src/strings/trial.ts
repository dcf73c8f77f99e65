/** What is said of what would become of a number. */

/** Between the value that is and the one that would be, for who does not see the arrow. */
export const wouldBe = "would be";
