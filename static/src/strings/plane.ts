/** What the charts over a plane say. */

export const howToMove = "arrow keys move over the plane";
