/** What the parts of the page are called, and what is said where there are none. */

export const unloaded = "The page could not be loaded. Load it again.";
export const partUnloaded =
  "A part of the page could not be loaded. The server may have a newer page by now: load this one again, it leads back to where you are.";
export const loadAgain = "Load again";
export const beginAnew = "Begin with an example";

export const sentence = "What happened";
export const zoom = "Zoom";
export const network = "Network";
export const timeline = "Timeline";
export const inspector = "Inspector";
export const data = "Data";
export const charts = "Charts";
