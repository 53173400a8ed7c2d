import { createCanvas } from '@napi-rs/canvas'

/** A JPEG of one colour. */
export function paintedJpeg(width: number, height: number, colour: string): Buffer {
  const canvas = createCanvas(width, height)
  const context = canvas.getContext('2d')
  context.fillStyle = colour
  context.fillRect(0, 0, width, height)
  return canvas.toBuffer('image/jpeg')
}
