/** What the icons look like: the app's own, and one shape for each of the five states, never told apart by colour alone. */
import type { ActivityState } from '../../../shared/contract.ts'
import { cut, disc, type Point, polygon, roundedBox, type Shape, stroke, union } from './shape.ts'

/** Red, green, blue from 0 to 255. */
export type Colour = readonly [red: number, green: number, blue: number]
export interface Layer {
  readonly shape: Shape
  readonly colour: Colour
}

/** For a light panel, for a dark one, and black for macOS, which colours it automatically. */
export const looks = ['light', 'dark', 'template'] as const
export type Look = (typeof looks)[number]

/** There and back: the sign of the app. */
const arrows = (width: number, dx: number): Shape =>
  union(
    stroke(width, [8 + dx, 12.5], [20.5, 12.5]),
    stroke(width, [16.5, 8.5], [20.5, 12.5], [16.5, 16.5]),
    stroke(width, [24 - dx, 19.5], [11.5, 19.5]),
    stroke(width, [15.5, 15.5], [11.5, 19.5], [15.5, 23.5]),
  )

/** The arrows where the pixels are few: apart from each other, thick, with filled heads. */
const fewArrows: Shape = union(
  stroke(3, [7.5, 11.5], [17, 11.5]),
  polygon([16.5, 6.5], [25.5, 11.5], [16.5, 16.5]),
  stroke(3, [24.5, 21], [15, 21]),
  polygon([15.5, 16], [6.5, 21], [15.5, 26]),
)

const octagon: readonly Point[] = Array.from({ length: 8 }, (_, corner) => {
  const angle = ((corner + 0.5) * Math.PI) / 4
  return [16 + 15.6 * Math.cos(angle), 16 + 15.6 * Math.sin(angle)] as const
})

const whole = disc(16, 16, 14.5)

const states: Readonly<Record<ActivityState, Shape>> = {
  idle: cut(whole, stroke(3.6, [9, 16.6], [14, 21.4], [23, 11.4])),
  working: cut(whole, fewArrows),
  waiting: union(
    stroke(3.4, [7, 4.5], [25, 4.5]),
    stroke(3.4, [7, 27.5], [25, 27.5]),
    polygon(
      [8.5, 5],
      [23.5, 5],
      [23.5, 8.5],
      [17.4, 16],
      [23.5, 23.5],
      [23.5, 27],
      [8.5, 27],
      [8.5, 23.5],
      [14.6, 16],
      [8.5, 8.5],
    ),
  ),
  needs_you: cut(polygon(...octagon), stroke(4, [16, 8.5], [16, 16.5]), disc(16, 23, 2.4)),
  stopped: cut(whole, stroke(4, [12, 11], [12, 21]), stroke(4, [20, 11], [20, 21])),
}

/** The window's own state colours, so that tray and window agree. */
const colours: Readonly<Record<Exclude<Look, 'template'>, Readonly<Record<ActivityState, Colour>>>> = {
  light: {
    idle: [0x2b, 0x6a, 0x48],
    working: [0x0b, 0x5c, 0x6e],
    waiting: [0x7d, 0x53, 0x00],
    needs_you: [0xb3, 0x26, 0x1e],
    stopped: [0x5a, 0x63, 0x68],
  },
  dark: {
    idle: [0x7f, 0xc6, 0x9b],
    working: [0x69, 0xc3, 0xd6],
    waiting: [0xe2, 0xb4, 0x5a],
    needs_you: [0xff, 0x9a, 0x8f],
    stopped: [0x9f, 0xa9, 0xad],
  },
}

export function trayDrawing(state: ActivityState, look: Look): Layer[] {
  return [{ shape: states[state], colour: look === 'template' ? [0, 0, 0] : colours[look][state] }]
}

/** The app's icon, as the window shows it; on macOS icons keep a margin. */
export function appDrawing(margin: number): Layer[] {
  const scale = 32 / (32 - 2 * margin)
  const inset =
    (shape: Shape): Shape =>
    (x, y) =>
      shape((x - margin) * scale, (y - margin) * scale) / scale
  return [
    { shape: inset(roundedBox([0, 0], [32, 32], 7)), colour: [0x0e, 0x5a, 0x6b] },
    { shape: inset(arrows(2.4, 0)), colour: [0xff, 0xff, 0xff] },
  ]
}
