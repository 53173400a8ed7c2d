/** Drawings as files: PNG, and the containers of PNGs that Windows (ico) and macOS (icns) take. */
import { crc32, deflateSync } from 'node:zlib'
import type { Layer } from './drawing.ts'

/** Straight-alpha RGBA, row by row. */
export function paint(layers: readonly Layer[], size: number): Uint8Array {
  const pixels = new Uint8Array(size * size * 4)
  const unit = 32 / size
  for (let row = 0; row < size; row += 1)
    for (let column = 0; column < size; column += 1) {
      let [red, green, blue, alpha] = [0, 0, 0, 0]
      for (const { shape, colour } of layers) {
        // A pixel is covered by as much as the edge has passed its middle.
        const cover = Math.min(1, Math.max(0, 0.5 - shape((column + 0.5) * unit, (row + 0.5) * unit) / unit))
        const below = alpha * (1 - cover)
        alpha = cover + below
        if (alpha === 0) continue
        red = (colour[0] * cover + red * below) / alpha
        green = (colour[1] * cover + green * below) / alpha
        blue = (colour[2] * cover + blue * below) / alpha
      }
      const at = (row * size + column) * 4
      pixels[at] = Math.round(red)
      pixels[at + 1] = Math.round(green)
      pixels[at + 2] = Math.round(blue)
      pixels[at + 3] = Math.round(alpha * 255)
    }
  return pixels
}

export function pngOf(layers: readonly Layer[], size: number): Buffer {
  return encodePng(paint(layers, size), size, size)
}

/** PNG, 8 bits per channel with alpha, unfiltered. */
export function encodePng(pixels: Uint8Array, width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Buffer.alloc(height * (1 + width * 4))
  for (let row = 0; row < height; row += 1)
    rows.set(pixels.subarray(row * width * 4, (row + 1) * width * 4), row * (1 + width * 4) + 1)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** Windows: a directory, then PNGs (allowed since Vista). */
export function encodeIco(images: readonly { readonly size: number; readonly png: Buffer }[]): Buffer {
  const head = Buffer.alloc(6 + images.length * 16)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  for (const [i, { size, png }] of images.entries()) {
    const entry = 6 + i * 16
    // 0 stands for 256.
    head.set([size % 256, size % 256], entry)
    head.writeUInt16LE(1, entry + 4)
    head.writeUInt16LE(32, entry + 6)
    head.writeUInt32LE(png.length, entry + 8)
    head.writeUInt32LE(offset, entry + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...images.map(({ png }) => png)])
}

/** macOS: chunks named by size, each a PNG. */
export function encodeIcns(images: readonly { readonly type: string; readonly png: Buffer }[]): Buffer {
  const chunks = images.map(({ type, png }) => Buffer.concat([named(type, png.length + 8), png]))
  const length = chunks.reduce((sum, { length }) => sum + length, 8)
  return Buffer.concat([named('icns', length), ...chunks])
}

function named(name: string, length: number): Buffer {
  const head = Buffer.alloc(8)
  head.write(name, 'latin1')
  head.writeUInt32BE(length, 4)
  return head
}

function chunk(type: string, data: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([head, body, check])
}
