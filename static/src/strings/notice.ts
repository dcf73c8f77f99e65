/** What a notice says beside its text. */

export const link = "Link";
