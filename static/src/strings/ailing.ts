/** What the mark at a layer says that something is found about. */

export const diagnosis = (layer: string, findings: string): string => `Diagnosis of ${layer}: ${findings}`;
