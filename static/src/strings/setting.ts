/** What the settings of a spec say, around what the catalog says of them. */

export const none = "none";
