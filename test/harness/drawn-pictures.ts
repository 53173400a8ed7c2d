/**
 * Draws harmless pictures that look like something: a landscape in flat colours, another one for each seed. A cover is in
 * full colour; a frame is the same place on a grey day and off centre, as a scanner takes it from the middle of a video.
 */
import { encodePng } from '../../main/desktop/icons/image-file.ts'
import { SeededRandom } from './seeded-random.ts'

type Colour = readonly [red: number, green: number, blue: number]
interface Shape {
  /** How much of a pixel it covers, 0 to 1. */
  readonly cover: (x: number, y: number) => number
  /** Left, top, right and bottom: it covers nothing outside. */
  readonly bounds: readonly [number, number, number, number]
}
interface Layer extends Shape {
  readonly colour: Colour
}

const palettes: readonly (readonly [
  sky: string,
  sun: string,
  far: string,
  middle: string,
  near: string,
  mark: string,
])[] = [
  ['f6d8ae', 'e4572e', 'f3a712', 'a8623a', '4a2c40', 'f7f0e3'],
  ['bfe3ec', 'f9f1c8', '7fb7be', '3d7c8a', '14424f', 'f2545b'],
  ['2b2d55', 'f4e285', '4d4f8f', '33356b', '191a3a', 'f4a259'],
  ['f9c6c9', 'fff4e4', 'd88c9a', '9a4f6c', '4f2646', 'f3e37c'],
  ['d8e8c8', 'f7b538', '8ab17d', '4f8a5b', '234d36', 'e76f51'],
  ['e9e2f5', 'f5a6b8', 'a393c9', '6a5a9c', '33295a', 'ffd27a'],
  ['fdeecf', 'd1495b', '66a182', '2e7d74', '12403d', 'edae49'],
  ['18324a', 'ffe8a3', '2b5876', '1c3f57', '0c1f2e', '8fd3fe'],
]
const width = 400
const height = 225
const drawn = new Map<string, Buffer>()

/** The cover of a scene in Stash: PNG, 16:9. */
export function drawnCover(seed: number): Buffer {
  return remembered(`cover ${seed}`, () => draw(seed, false))
}

/** What Plex's scanner took from the video. */
export function drawnFrame(seed: number): Buffer {
  return remembered(`frame ${seed}`, () => draw(seed, true))
}

function remembered(name: string, make: () => Buffer): Buffer {
  const known = drawn.get(name)
  if (known !== undefined) return known
  const made = make()
  if (drawn.size < 1_000) drawn.set(name, made)
  return made
}

function draw(seed: number, isFrame: boolean): Buffer {
  const random = new SeededRandom(seed * 7_919 + 13)
  const names = random.pick(palettes)
  const colours = names.map((name) => (isFrame ? grey(colourOf(name)) : colourOf(name)))
  const [sky = [0, 0, 0], sun = sky, far = sky, middle = sky, near = sky, mark = sky] = colours
  const shift = isFrame ? 70 : 0
  const sunX = random.integer(70, 330) + shift
  const sunY = random.integer(50, 110)
  const layers: Layer[] = [
    { colour: mix(sky, sun, 0.35), ...disc(sunX, sunY, random.integer(52, 70)) },
    { colour: sun, ...disc(sunX, sunY, random.integer(24, 38)) },
    { colour: far, ...below(ridge(random, 140, 26, shift)) },
    { colour: middle, ...below(ridge(random, 168, 22, shift)) },
  ]
  layers.push(...motif(random, mark, near, shift))
  layers.push({ colour: near, ...below(ridge(random, 204, 10, shift)) })
  return paint(sky, layers)
}

/** What is before the hills: a sail, a house, trees, a kite or a balloon. */
function motif(random: SeededRandom, mark: Colour, near: Colour, shift: number): Layer[] {
  const x = random.integer(90, 310) + shift
  switch (random.integer(0, 4)) {
    case 0:
      return [
        { colour: mark, ...triangle([x, 92], [x, 178], [x + 48, 178]) },
        { colour: mix(mark, near, 0.3), ...triangle([x - 6, 104], [x - 6, 178], [x - 36, 178]) },
        { colour: near, ...box(x - 44, 180, x + 52, 192) },
      ]
    case 1:
      return [
        { colour: mark, ...box(x - 30, 142, x + 30, 196) },
        { colour: near, ...triangle([x, 106], [x + 42, 144], [x - 42, 144]) },
        { colour: near, ...box(x - 8, 164, x + 8, 196) },
      ]
    case 2:
      return [-58, -14, 36].flatMap((at, index) => [
        { colour: near, ...box(x + at - 3, 160, x + at + 3, 206) },
        { colour: index === 1 ? mark : mix(mark, near, 0.45), ...disc(x + at, 146 - index * 4, 22 + index * 3) },
      ])
    case 3:
      return [
        { colour: mark, ...triangle([x, 40], [x + 26, 76], [x - 26, 76]) },
        { colour: mix(mark, near, 0.35), ...triangle([x - 26, 76], [x + 26, 76], [x, 118]) },
        { colour: near, ...box(x - 1, 118, x + 1, 200) },
      ]
    default:
      return [
        { colour: mark, ...disc(x, 82, 36) },
        { colour: mix(mark, near, 0.35), ...lens(disc(x, 82, 36), disc(x + 50, 82, 62)) },
        { colour: near, ...box(x - 9, 128, x + 9, 142) },
      ]
  }
}

function paint(sky: Colour, layers: readonly Layer[]): Buffer {
  const pixels = new Uint8Array(width * height * 4)
  for (let at = 0; at < pixels.length; at += 4) pixels.set([...sky, 255], at)
  for (const { colour, cover, bounds } of layers) {
    const [left, top, right, bottom] = bounds.map((edge) => Math.round(edge)) as [number, number, number, number]
    for (let y = Math.max(0, top); y < Math.min(height, bottom); y++)
      for (let x = Math.max(0, left); x < Math.min(width, right); x++) {
        const share = cover(x, y)
        if (share <= 0) continue
        const at = (y * width + x) * 4
        for (let part = 0; part < 3; part++) {
          const under = pixels[at + part] ?? 0
          pixels[at + part] = under + ((colour[part] ?? 0) - under) * share
        }
      }
  }
  return encodePng(pixels, width, height)
}

function disc(cx: number, cy: number, radius: number): Shape {
  return {
    cover: (x, y) => clamp(radius + 0.5 - Math.hypot(x - cx, y - cy)),
    bounds: [cx - radius - 1, cy - radius - 1, cx + radius + 2, cy + radius + 2],
  }
}

/** What two shapes have in common. */
function lens(a: Shape, b: Shape): Shape {
  return { cover: (x, y) => a.cover(x, y) * b.cover(x, y), bounds: a.bounds }
}

function box(left: number, top: number, right: number, bottom: number): Shape {
  return { cover: () => 1, bounds: [left, top, right, bottom] }
}

/** Corners in either order. */
function triangle(...corners: readonly (readonly [x: number, y: number])[]): Shape {
  const area = corners.reduce((sum, [x, y], at) => {
    const [nextX, nextY] = corners[(at + 1) % corners.length] ?? [x, y]
    return sum + x * nextY - nextX * y
  }, 0)
  const sign = area < 0 ? -1 : 1
  const edges = corners.map(([x, y], at) => {
    const [nextX, nextY] = corners[(at + 1) % corners.length] ?? [x, y]
    const length = Math.hypot(nextX - x, nextY - y) || 1
    return { x, y, dx: ((nextX - x) / length) * sign, dy: ((nextY - y) / length) * sign }
  })
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  return {
    cover: (px, py) => clamp(Math.min(...edges.map(({ x, y, dx, dy }) => dx * (py - y) - dy * (px - x))) + 0.5),
    bounds: [Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 2, Math.max(...ys) + 2],
  }
}

/** The height of a row of hills for each column. */
function ridge(random: SeededRandom, base: number, size: number, shift: number): readonly number[] {
  const [a, b] = [random.integer(0, 628) / 100, random.integer(0, 628) / 100]
  return Array.from({ length: width }, (_, x) => {
    const at = (x - shift) / width
    return base - size * (0.6 * Math.sin(at * 5 + a) + 0.4 * Math.sin(at * 11 + b))
  })
}

function below(heights: readonly number[]): Shape {
  return {
    cover: (x, y) => clamp(y - (heights[x] ?? 0) + 0.5),
    bounds: [0, Math.floor(Math.min(...heights)) - 1, width, height],
  }
}

function colourOf(hex: string): Colour {
  const value = Number.parseInt(hex, 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

function mix(a: Colour, b: Colour, share: number): Colour {
  return [a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share]
}

function grey(colour: Colour): Colour {
  const light = colour[0] * 0.3 + colour[1] * 0.59 + colour[2] * 0.11
  return mix(mix(colour, [light, light, light], 0.86), [110, 114, 120], 0.3)
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
