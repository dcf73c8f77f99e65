/** What the list of earlier sessions says. */

export const earlier = "Earlier";
export const more = (count: number): string => `${count} more`;
export const goBack = "Go back to this network, to the moment where you left it";

export const gone = "That session is not there any more. You are still in the one that you were in.";
