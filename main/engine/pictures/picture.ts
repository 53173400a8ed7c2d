/** One picture: bytes whose type was found by looking at them, not by what a server called them. Pure. */

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp'

export interface Picture {
  readonly bytes: Buffer
  readonly type: PictureType
  /** SHA-256 of the bytes in hexadecimal. */
  readonly hash: string
}

/** Larger files are not shown: a window with a hundred rows must not hold a gigabyte. */
export const largestPicture = 8 * 1024 * 1024

/** Returns the type of a picture that browsers decode safely; null for anything else, SVG and GIF among it. */
export function sniffPicture(bytes: Buffer): PictureType | null {
  if (bytes.length < 12) return null
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png'
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP'
  return isWebp ? 'image/webp' : null
}
