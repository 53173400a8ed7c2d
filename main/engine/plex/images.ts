/** Posters and background art. */

import * as z from 'zod'
import { decline } from '../../../shared/decline.ts'
import type { ImageField, RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexConnection } from './connection.ts'
import { flag, text } from './fields.ts'
import { metadataPath } from './item.ts'

/** Plex answers 500 to more; ten million, not ten binary megabytes. */
const largestImage = 10_000_000

/**
 * Uploads an image, which Plex then shows. Plex: it is kept under the SHA-1 of its bytes and can never be deleted by a
 * program; the same bytes again add nothing. The bytes are sent, not an address: that would have to carry Stash's key.
 * Faults: `rejected` if there are no bytes or more than 10 MB.
 */
export async function uploadImage(
  connection: PlexConnection,
  ratingKey: RatingKey,
  kind: 'posters' | 'arts',
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<Result<void>> {
  if (bytes.byteLength === 0) return decline('rejected', { code: 'image_empty', values: {} })
  if (bytes.byteLength > largestImage) {
    const megabytes = (Math.ceil(bytes.byteLength / 10_000) / 100).toFixed(2)
    return decline('rejected', { code: 'image_too_large', values: { megabytes } })
  }
  const headers = { 'Content-Type': imageType(bytes) }
  return connection.write({ method: 'POST', path: `${metadataPath(ratingKey)}/${kind}`, headers, body: bytes, signal })
}

/** Plex: the list has a plural name, the selected picture and the lock have others. */
const imagePaths = {
  poster: { list: 'posters', select: 'poster', remove: 'thumb' },
  background: { list: 'arts', select: 'art', remove: 'art' },
} as const satisfies Readonly<Record<ImageField, unknown>>

const imagesSchema = z.object({ Metadata: z.array(z.object({ ratingKey: text, selected: flag })).nullish() })

/** The pictures that an item has, by their keys such as `upload://posters/…`, and which one it shows. */
export interface ImageList {
  readonly keys: readonly string[]
  /** Null if it shows none of its list. */
  readonly selected: string | null
}

export async function readImages(
  connection: PlexConnection,
  ratingKey: RatingKey,
  image: ImageField,
  signal?: AbortSignal,
): Promise<Result<ImageList>> {
  const path = `${metadataPath(ratingKey)}/${imagePaths[image].list}`
  const read = await connection.read({ path, signal }, imagesSchema)
  if (!read.ok) return read
  const images = read.value.value.Metadata ?? []
  return ok({
    keys: images.map((one) => one.ratingKey).filter((key) => key !== ''),
    selected: images.find(({ selected }) => selected)?.ratingKey || null,
  })
}

/** Shows a picture of the item's list again; null shows none. Plex: the picture shown before stays in the list. */
export function selectImage(
  connection: PlexConnection,
  ratingKey: RatingKey,
  image: ImageField,
  key: string | null,
  signal?: AbortSignal,
): Promise<Result<void>> {
  const { select, remove } = imagePaths[image]
  const path = metadataPath(ratingKey)
  return key === null
    ? connection.write({ method: 'DELETE', path: `${path}/${remove}`, signal })
    : connection.write({ method: 'PUT', path: `${path}/${select}?url=${encodeURIComponent(key)}`, signal })
}

/** The content type by the first bytes, whatever Stash called the image. */
function imageType(bytes: Uint8Array): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 16)).toString('latin1')
  if (head.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (head.startsWith('\x89PNG')) return 'image/png'
  if (head.startsWith('GIF8')) return 'image/gif'
  if (head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP') return 'image/webp'
  if (/^ftyp(avif|avis)/.test(head.slice(4))) return 'image/avif'
  if (head.startsWith('BM')) return 'image/bmp'
  return 'application/octet-stream'
}
