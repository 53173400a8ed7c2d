import { createCanvas, loadImage } from '@napi-rs/canvas'
import { expect, it } from 'vitest'
import { animatedPng } from './animated-png.ts'

function square(colour: string, side = 8): Buffer {
  const canvas = createCanvas(side, side)
  const context = canvas.getContext('2d')
  context.fillStyle = colour
  context.fillRect(0, 0, side, side)
  return canvas.toBuffer('image/png')
}

it('is a PNG that shows its first frame where nothing is animated', async () => {
  const frames = ['red', 'blue', 'green'].map((colour) => ({ png: square(colour), milliseconds: 500 }))
  const bytes = animatedPng(frames)
  const image = await loadImage(bytes)
  expect([image.width, image.height]).toEqual([8, 8])
  const text = bytes.toString('latin1')
  expect([text.split('fcTL').length - 1, text.split('fdAT').length - 1, text.split('acTL').length - 1]).toEqual([
    3, 2, 1,
  ])
})

it('refuses frames of another size, and none at all', () => {
  const frames = [square('red'), square('red', 9)].map((png) => ({ png, milliseconds: 500 }))
  expect(() => animatedPng(frames)).toThrow('same size')
  expect(() => animatedPng([])).toThrow('needs a frame')
})
