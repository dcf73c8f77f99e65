/** Lines, discs and arrows that charts draw in a plane, in its numbers. */

import type { Pen } from "./plane.ts";

/** A line through points; where one is no number it has a gap. */
export function stroke(
  { context, x, y }: Pen,
  colour: string,
  width: number,
  dash: readonly number[],
  points: readonly (readonly [number, number])[],
): void {
  context.beginPath();
  let pen = false;
  for (const [across, up] of points) {
    if (!Number.isFinite(up)) {
      pen = false;
      continue;
    }
    if (pen) context.lineTo(x(across), y(up));
    else context.moveTo(x(across), y(up));
    pen = true;
  }
  context.setLineDash([...dash]);
  context.lineWidth = width;
  context.strokeStyle = colour;
  context.stroke();
  context.setLineDash([]);
}

/** A dotted line across the frame: upright at an `x`, level at a `y`. */
export function guide(pen: Pen, colour: string, at: { readonly x: number } | { readonly y: number }): void {
  const [low = 0, high = 1] = ("x" in at ? pen.y : pen.x).domain();
  const end = (along: number) => ("x" in at ? ([at.x, along] as const) : ([along, at.y] as const));
  stroke(pen, colour, 1, [2, 3], [end(low), end(high)]);
}

export function disc(
  { context, x, y }: Pen,
  across: number,
  up: number,
  radius: number,
  fill: string,
  edge: string,
): void {
  if (!Number.isFinite(across) || !Number.isFinite(up)) return;
  context.beginPath();
  context.arc(x(across), y(up), radius, 0, 2 * Math.PI);
  context.fillStyle = fill;
  context.strokeStyle = edge;
  context.lineWidth = 2;
  context.fill();
  context.stroke();
}

/** The way that the step goes, along the lower axis. */
export function arrow({ context, colours }: Pen, from: number, to: number, up: number): void {
  const size = Math.min(6, Math.abs(to - from));
  const back = to < from ? size : -size;
  context.beginPath();
  context.moveTo(from, up);
  context.lineTo(to, up);
  context.lineWidth = 2;
  context.strokeStyle = colours.update;
  context.stroke();
  context.beginPath();
  context.moveTo(to, up);
  context.lineTo(to + back, up - size / 2);
  context.lineTo(to + back, up + size / 2);
  context.fill();
}
