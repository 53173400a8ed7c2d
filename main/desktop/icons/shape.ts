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
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    for (const [i, to] of points.entries()) {
      const from = points[i - 1] ?? to
      nearest = Math.min(nearest, distanceToSegment(x, y, from, to))
    }
    return nearest - width / 2
  }
}

/** A closed outline, filled. */
export function polygon(...points: readonly Point[]): Shape {
  return (x, y) => {
    let nearest = Number.POSITIVE_INFINITY
    let inside = false
    for (const [i, to] of points.entries()) {
      const from = points.at(i - 1) ?? to
      nearest = Math.min(nearest, distanceToSegment(x, y, from, to))
      if (from[1] > y !== to[1] > y && x < ((to[0] - from[0]) * (y - from[1])) / (to[1] - from[1]) + from[0])
        inside = !inside
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

function distanceToSegment(x: number, y: number, from: Point, to: Point): number {
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - from[0]) * dx + (y - from[1]) * dy) / length))
  return Math.hypot(x - from[0] - t * dx, y - from[1] - t * dy)
}
