/** What is said of work that takes long. */

export const takesLong = "This takes a while; the page goes on when it is done.";
export const howFar = "How far it is";
export const percent = (share: number): string => `${Math.floor(100 * share)} %`;
