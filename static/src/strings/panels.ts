/** What stands in the place of a tab that is not there. */

export const unloaded =
  "This part of the page could not be loaded. If trying again does not help, load the page again.";
export const again = "Try again";
