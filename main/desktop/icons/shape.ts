/**
 * Shapes as signed distances: negative inside, positive outside, in units of a 32 × 32 drawing. One drawing serves every
 * size, since a distance is sharp at any scale.
 */
export type Shape = (x: number, y: number) => number
export type Point = readonly [x: number, y: number]

export function disc(cx: number, cy: number, radius: number): Shape {
  return (x, y) => Math.hypot(x - cx, y - cy) - radius
}

/** A line through points, with round ends. */
export function stroke(width: number, ...points: readonly Point[]): Shape {
  const segments = points.map((to, i) => segment(points[i - 1] ?? to, to))
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    for (const one of segments) nearest = Math.min(nearest, distanceToSegment(x, y, one))
    return nearest - width / 2
  }
}

/** A closed outline, filled. */
export function polygon(...points: readonly Point[]): Shape {
  const sides = points.map((to, i) => segment(points.at(i - 1) ?? to, to))
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    let inside = false
    for (const side of sides) {
      nearest = Math.min(nearest, distanceToSegment(x, y, side))
      const passes = side.y > y !== side.endY > y
      if (passes && x < (side.dx * (y - side.y)) / (side.endY - side.y) + side.x) inside = !inside
    }
    return inside ? -nearest : nearest
  }
}

/** A box from its upper left corner to its lower right one. */
export function roundedBox([left, top]: Point, [right, bottom]: Point, radius: number): Shape {
  return (x, y) => {
    const dx = Math.abs(x - (left + right) / 2) - (right - left) / 2 + radius
    const dy = Math.abs(y - (top + bottom) / 2) - (bottom - top) / 2 + radius
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - radius
  }
}

export function union(...shapes: readonly Shape[]): Shape {
  return (x, y) => shapes.reduce((least, shape) => Math.min(least, shape(x, y)), Number.POSITIVE_INFINITY)
}

/** The first shape with the others cut out of it. */
export function cut(shape: Shape, ...holes: readonly Shape[]): Shape {
  return (x, y) => holes.reduce((most, hole) => Math.max(most, -hole(x, y)), shape(x, y))
}

/** What a distance to it needs, for each of a million pixels. */
interface Segment {
  readonly x: number
  readonly y: number
  readonly endY: number
  readonly dx: number
  readonly dy: number
  readonly square: number
}

function segment(from: Point, to: Point): Segment {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  return { x: from[0], y: from[1], endY: to[1], dx, dy, square: dx * dx + dy * dy }
}

function distanceToSegment(x: number, y: number, { x: fromX, y: fromY, dx, dy, square }: Segment): number {
  const t = square === 0 ? 0 : Math.min(1, Math.max(0, ((x - fromX) * dx + (y - fromY) * dy) / square))
  return Math.hypot(x - fromX - t * dx, y - fromY - t * dy)
}
