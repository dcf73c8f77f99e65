/** How a session that was left is told from the others. */

import { plural } from "./parts.ts";

export const steps = (count: number): string => `${count} ${plural(count, "step", "steps")}`;
export const ticks = (count: number): string => `${count} ${plural(count, "tick", "ticks")}`;
export const session = (widths: string, data: string, far: string): string => `${widths} · ${data} · ${far}`;

export const uploaded = "Uploaded table";
export const given = "Given rows";
