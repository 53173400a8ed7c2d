import { createCanvas, loadImage } from '@napi-rs/canvas'
import { afterAll, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { placeholderSvg } from '../../../test/harness/sample-images.ts'
import type { WorkerProcess } from '../ports.ts'
import { systemClock } from '../ports.ts'
import { readImageHeader } from './image-header.ts'
import { PosterRenderer } from './poster-renderer.ts'
import { posterHeight, posterWidth, type Recipe, recipeText } from './recipe.ts'
import { forkPosterWorker } from './worker-process.ts'

/** A cover whose left and right edges are marked: red, white, green. */
function cover(width: number, height: number, type: 'jpeg' | 'png' | 'webp' = 'jpeg'): Buffer {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = 'white'
  context.fillRect(0, 0, width, height)
  context.fillStyle = 'rgb(255, 0, 0)'
  context.fillRect(0, 0, width * 0.1, height)
  context.fillStyle = 'rgb(0, 255, 0)'
  context.fillRect(width * 0.9, 0, width * 0.1, height)
  return type === 'png' ? canvas.toBuffer('image/png') : canvas.toBuffer(type === 'webp' ? 'image/webp' : 'image/jpeg')
}

type Pixel = readonly [number, number, number]

async function pixels(bytes: Buffer): Promise<{ width: number; height: number; at(x: number, y: number): Pixel }> {
  const image = await loadImage(bytes)
  const canvas = createCanvas(image.width, image.height)
  const context = canvas.getContext('2d')
  context.drawImage(image, 0, 0)
  const { data } = context.getImageData(0, 0, image.width, image.height)
  return {
    width: image.width,
    height: image.height,
    at: (x, y) => {
      const offset = (y * image.width + x) * 4
      return [data[offset] ?? 0, data[offset + 1] ?? 0, data[offset + 2] ?? 0]
    },
  }
}

const isRed = ([r, g, b]: Pixel) => r > 200 && g < 60 && b < 60
const isGreen = ([r, g, b]: Pixel) => g > 200 && r < 60 && b < 60
const isWhite = (pixel: Pixel) => pixel.every((value) => value > 230)
const isBlack = (pixel: Pixel) => pixel.every((value) => value < 12)
const brightness = ([r, g, b]: Pixel) => (r + g + b) / 3

const renderer = new PosterRenderer({ start: forkPosterWorker, clock: systemClock })
afterAll(() => renderer.close())

async function rendered(bytes: Buffer, recipe: Partial<Recipe>) {
  const poster = await renderer.render(bytes, { style: 'fill', anchor: 'centre', ...recipe })
  if (!poster.ok) throw new Error(poster.fault.message)
  return pixels(poster.value)
}

describe('a poster', () => {
  it.each(['jpeg', 'png', 'webp'] as const)(
    'of style fill shows the whole cover over a blurred fill (%s)',
    async (type) => {
      const poster = await rendered(cover(1920, 1080, type), { style: 'fill' })
      expect([poster.width, poster.height]).toEqual([posterWidth, posterHeight])
      expect(isRed(poster.at(5, 750))).toBe(true)
      expect(isGreen(poster.at(994, 750))).toBe(true)
      expect(isWhite(poster.at(500, 480))).toBe(true)
      expect(isWhite(poster.at(500, 1020))).toBe(true)
      // Above and below: the cover itself, darkened.
      expect(brightness(poster.at(500, 100))).toBeGreaterThan(60)
      expect(brightness(poster.at(500, 100))).toBeLessThan(200)
    },
  )

  it('has no dark seam at its edges', async () => {
    const plain = createCanvas(1600, 900)
    const context = plain.getContext('2d')
    context.fillStyle = 'rgb(200, 200, 200)'
    context.fillRect(0, 0, 1600, 900)
    const poster = await rendered(plain.toBuffer('image/jpeg'), { style: 'fill' })
    const inside = brightness(poster.at(500, 200))
    for (const [x, y] of [
      [0, 0],
      [999, 0],
      [0, 1499],
      [999, 1499],
      [0, 200],
      [999, 200],
      [500, 0],
      [500, 1499],
    ] as const)
      expect(Math.abs(brightness(poster.at(x, y)) - inside)).toBeLessThan(6)
  })

  it('of style bars shows the whole cover between black', async () => {
    const poster = await rendered(cover(1920, 1080), { style: 'bars' })
    expect(isBlack(poster.at(500, 100))).toBe(true)
    expect(isBlack(poster.at(500, 1400))).toBe(true)
    expect(isRed(poster.at(5, 750))).toBe(true)
    expect(isGreen(poster.at(994, 750))).toBe(true)
  })

  it('shows a tall cover whole', async () => {
    const poster = await rendered(cover(500, 2000), { style: 'bars' })
    expect(isBlack(poster.at(100, 750))).toBe(true)
    expect(isRed(poster.at(320, 10))).toBe(true)
    expect(isGreen(poster.at(680, 1490))).toBe(true)
  })

  it.each([
    ['left', true, false],
    ['centre', false, false],
    ['right', false, true],
  ] as const)('of style crop keeps the %s', async (anchor, red, green) => {
    const poster = await rendered(cover(1920, 1080), { style: 'crop', anchor })
    expect(isRed(poster.at(5, 750))).toBe(red)
    expect(isGreen(poster.at(994, 750))).toBe(green)
    expect(isWhite(poster.at(500, 5))).toBe(true)
  })

  it('is the cover itself where that is upright already, and the same for the same cover', async () => {
    const upright = cover(1000, 1480)
    expect(await renderer.render(upright, { style: 'fill', anchor: 'centre' })).toEqual({ ok: true, value: upright })
    const once = await renderer.render(cover(640, 360), { style: 'fill', anchor: 'centre' })
    const again = await renderer.render(cover(640, 360), { style: 'fill', anchor: 'centre' })
    expect(once).toEqual(again)
  })
})

describe('hostile images', () => {
  const png = cover(640, 360, 'png')
  const bomb = Buffer.from(png)
  bomb.writeUInt32BE(60_000, 16)
  bomb.writeUInt32BE(60_000, 20)
  const large = Buffer.from(png)
  large.writeUInt32BE(10_000, 16)
  large.writeUInt32BE(6_000, 20)

  it.each<[string, Buffer, string]>([
    ['a truncated JPEG', cover(1920, 1080).subarray(0, 4000), 'it is cut off'],
    ['a truncated PNG', png.subarray(0, 200), 'it is cut off'],
    ['a truncated WebP', cover(1920, 1080, 'webp').subarray(0, 300), 'it is cut off'],
    ['a bomb', bomb, 'it has 3600 megapixels; up to 50 are read'],
    ['60 megapixels', large, 'it has 60 megapixels; up to 50 are read'],
    ['an SVG with a script', Buffer.from('<svg><script>alert(1)</script></svg>'), 'it is no JPEG, PNG or WebP'],
    ['the placeholder', placeholderSvg, 'it is no JPEG, PNG or WebP'],
    ['a GIF', Buffer.from('GIF89a'), 'it is no JPEG, PNG or WebP'],
    ['21 MB', Buffer.concat([png, Buffer.alloc(21 * 1024 * 1024)]), 'it has 22 MB; up to 20 are read'],
    ['nothing', Buffer.alloc(0), 'it is no JPEG, PNG or WebP'],
  ])('%s is refused before it is decoded', (_, bytes, problem) => {
    expect(readImageHeader(bytes)).toMatchObject({
      fault: {
        code: 'rejected',
        message: `The poster cannot be made from this image: ${problem}`,
        refusal: { code: expect.any(String) },
      },
    })
  })

  it('damage inside costs that one poster', async () => {
    const damaged = Buffer.from(png)
    damaged.fill(0xaa, 60, 200)
    expect(await renderer.render(damaged, { style: 'fill', anchor: 'centre' })).toMatchObject({
      fault: { code: 'rejected' },
    })
    expect(await renderer.render(png, { style: 'fill', anchor: 'centre' })).toMatchObject({ ok: true })
  })

  it('a crash of the decoder and a decoder that hangs cost one poster each', async () => {
    const clock = new ManualClock()
    const kinds = ['crash', 'hang', 'works']
    const start = (): WorkerProcess => {
      const kind = kinds.shift()
      let message: (message: unknown) => void = () => {}
      let exit: () => void = () => {}
      return {
        send(order) {
          if (kind === 'crash') exit()
          if (kind === 'works') message({ id: Reflect.get(Object(order), 'id'), bytes: Buffer.from('poster') })
        },
        onMessage: (listener) => {
          message = listener
        },
        onExit: (listener) => {
          exit = listener
        },
        kill: () => {},
      }
    }
    const fragile = new PosterRenderer({ start, clock })
    const recipe = { style: 'fill', anchor: 'centre' } as const
    expect(await fragile.render(png, recipe)).toMatchObject({ fault: { message: expect.stringContaining('crashed') } })
    const hanging = fragile.render(png, recipe)
    await Promise.resolve()
    await Promise.resolve()
    await clock.advance(20_000)
    expect(await hanging).toMatchObject({ fault: { message: expect.stringContaining('20 seconds') } })
    expect(await fragile.render(png, recipe)).toEqual({ ok: true, value: Buffer.from('poster') })
    fragile.close()
  })
})

it('the recipe names its version and all that decides', () => {
  expect(recipeText({ style: 'fill', anchor: 'centre' })).toBe('poster/1 fill 1000x1500 q85')
  expect(recipeText({ style: 'crop', anchor: 'left' })).toBe('poster/1 crop left 1000x1500 q85')
})
