/** What is said where the server answers nothing that can be shown. */

export const silent = "The server does not answer";
export const noReason = "no reason given";
export const unexplained = (status: number, title: string): string =>
  `The server refused this without saying why: ${status}, ${title}.`;
