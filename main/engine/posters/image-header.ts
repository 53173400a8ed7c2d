/**
 * What the first bytes of an image say, before any decoder sees it: its type, its size in pixels, and whether it is whole.
 * Covers are scraped from the web, so nothing in them is trusted. Pure.
 */
import { englishRefusal, type PosterRefusal } from '../../../shared/poster-refusals.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'

export interface ImageHeader {
  readonly type: 'jpeg' | 'png' | 'webp'
  readonly width: number
  readonly height: number
}

const largestBytes = 20 * 1024 * 1024
const mostPixels = 50_000_000

/** Faults `rejected`, with what is wrong: not a JPEG, PNG or WebP, cut off, more than 20 MB or 50 megapixels. */
export function readImageHeader(bytes: Buffer): Result<ImageHeader> {
  if (bytes.length > largestBytes)
    return refused({ code: 'too_large', values: { megabytes: Math.ceil(bytes.length / 1024 / 1024) } })
  const header = jpegHeader(bytes) ?? pngHeader(bytes) ?? webpHeader(bytes)
  if (header === null) return refused({ code: 'unknown_type', values: {} })
  if (header === 'cut') return refused({ code: 'cut_off', values: {} })
  const { width, height } = header
  if (width === 0 || height === 0) return refused({ code: 'no_pixels', values: {} })
  if (width * height > mostPixels)
    return refused({ code: 'too_many_pixels', values: { megapixels: Math.round((width * height) / 1_000_000) } })
  return ok(header)
}

function refused(refusal: PosterRefusal): Result<ImageHeader> {
  return fail('rejected', englishRefusal(refusal), { refusal })
}

type Found = ImageHeader | 'cut' | null

/** Walks the segments, so that a preview inside the metadata is not taken for the image. */
function jpegHeader(bytes: Buffer): Found {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8 || bytes[2] !== 0xff) return null
  let size: { width: number; height: number } | null = null
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return 'cut'
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = bytes.readUInt16BE(at + 2)
    if (marker === 0xda) {
      const isWhole = bytes.indexOf(Buffer.from([0xff, 0xd9]), at + 2 + length) !== -1
      return size === null || !isWhole ? 'cut' : { type: 'jpeg', ...size }
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) {
      if (at + 9 > bytes.length) return 'cut'
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) }
    }
    at += 2 + length
  }
  return 'cut'
}

const pngMagic = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function pngHeader(bytes: Buffer): Found {
  if (!bytes.subarray(0, 8).equals(pngMagic)) return null
  if (bytes.length < 33 || bytes.indexOf('IEND', 24, 'latin1') === -1) return 'cut'
  return { type: 'png', width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
}

function webpHeader(bytes: Buffer): Found {
  const tag = (at: number) => bytes.toString('latin1', at, at + 4)
  if (tag(0) !== 'RIFF' || tag(8) !== 'WEBP') return null
  if (bytes.length < 30 || bytes.length < bytes.readUInt32LE(4)) return 'cut'
  switch (tag(12)) {
    case 'VP8X':
      return { type: 'webp', width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return { type: 'webp', width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8 ':
      return { type: 'webp', width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    default:
      return null
  }
}
