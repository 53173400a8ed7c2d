/** Tiny valid pictures, and bytes that only look like some: enough for servers that never decode them. */

const onePixelJpeg =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA='
const onePixelPng = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

/** The frame that Plex's own scanner takes from a video. */
export const generatedFrame = Buffer.from(onePixelJpeg, 'base64')

export const samplePng = Buffer.from(onePixelPng, 'base64')

/** What Stash serves for a scene without a cover. */
export const placeholderSvg = Buffer.from(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><rect width="640" height="360" fill="#888"/></svg>',
)

/** A separate JPEG for each seed, `bytes` long: a valid tiny picture with a tail that decoders ignore. */
export function sampleJpeg(seed: number | string, bytes = 2048): Buffer {
  const tail = Buffer.alloc(Math.max(0, bytes - generatedFrame.length), `cover ${seed} `)
  return Buffer.concat([generatedFrame, tail])
}

/** The type that a server finds by looking at the first bytes. */
export function sniffImage(bytes: Buffer): string {
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return 'image/jpeg'
  if (bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]))) return 'image/png'
  if (bytes.subarray(0, 4).toString('latin1') === 'GIF8') return 'image/gif'
  if (bytes.subarray(0, 4).toString('latin1') === 'RIFF' && bytes.subarray(8, 12).toString('latin1') === 'WEBP') {
    return 'image/webp'
  }
  if (/^\s*(<\?xml[^>]*>\s*)?<svg/.test(bytes.subarray(0, 256).toString())) return 'image/svg+xml'
  return 'application/octet-stream'
}
