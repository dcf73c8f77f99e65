/** What the parts of the page are called. */

export const sentence = "What happened";
export const zoom = "Zoom";
export const network = "Network";
export const timeline = "Timeline";
export const inspector = "Inspector";
export const data = "Data";
export const charts = "Charts";
