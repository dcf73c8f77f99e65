/** What stands around the note about an example, and around the batch. */

export const about = "About this example";
export const batch = "Batch";
