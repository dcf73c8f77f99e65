/** The curves that edges are drawn along. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve from one side of a unit to the other side of the next, level at both ends. */
export interface Curve {
  readonly from: Point;
  readonly to: Point;
}

/** Straight pieces that a curve is taken for where a point is near it. */
const PIECES = 24;

/** The point at `fraction` of a curve: a cubic Bézier whose handles are level, half the width long. */
export function along({ from, to }: Curve, fraction: number): Point {
  const back = 1 - fraction;
  const middle = (from.x + to.x) / 2;
  const [a, b, c, d] = [back ** 3, 3 * back ** 2 * fraction, 3 * back * fraction ** 2, fraction ** 3];
  return {
    x: a * from.x + b * middle + c * middle + d * to.x,
    y: (a + b) * from.y + (c + d) * to.y,
  };
}

/** The direction of a curve at `fraction`, in radians. */
export function direction(curve: Curve, fraction: number): number {
  const before = along(curve, Math.max(0, fraction - 0.02));
  const after = along(curve, Math.min(1, fraction + 0.02));
  return Math.atan2(after.y - before.y, after.x - before.x);
}

/** How far a point is from a curve; Infinity where it is not within `reach` of the rectangle that the curve is in. */
export function distanceToCurve(point: Point, curve: Curve, reach: number): number {
  if (!isNear(point, curve, reach)) return Infinity;
  const pieces = Array.from({ length: PIECES }, (_, i) =>
    distanceTo(point, along(curve, i / PIECES), along(curve, (i + 1) / PIECES)),
  );
  return Math.min(...pieces);
}

/** Whether a point is near the rectangle that a curve, level at its ends, never leaves. */
function isNear({ x, y }: Point, { from, to }: Curve, reach: number): boolean {
  const [top, bottom] = from.y < to.y ? [from.y, to.y] : [to.y, from.y];
  return x > from.x - reach && x < to.x + reach && y > top - reach && y < bottom + reach;
}

/** How far a point is from the straight line between two others. */
function distanceTo(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const foot = ((point.x - from.x) * dx + (point.y - from.y) * dy) / (dx * dx + dy * dy);
  const share = Math.max(0, Math.min(1, foot || 0));
  return Math.hypot(from.x + share * dx - point.x, from.y + share * dy - point.y);
}
