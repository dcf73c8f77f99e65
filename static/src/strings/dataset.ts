/** What is said of the data that a network learns from. */

export const title = "Data";
export const dataSet = "Data set";
export const about = "The rows that the network learns from";
export const rows = "Rows";
export const draw = "Draw points";
