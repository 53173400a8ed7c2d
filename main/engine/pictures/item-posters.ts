/**
 * Reads posters from Plex at the size they are shown in. Plex: the address of a poster changes with the poster, so the
 * items that are asked for at the same time are read in one request, and a picture only if its address is a new one.
 */
import pLimit from 'p-limit'
import * as z from 'zod'
import { ok, type Result } from '../../../shared/result.ts'
import { createPlexConnection, type PlexConnection, type PlexConnectionOptions } from '../plex/connection.ts'
import { largestPicture } from './picture.ts'
import { type Found, mostRequests, type PictureSource } from './picture-source.ts'
import { ThumbAddresses } from './thumb-addresses.ts'

/** In pixels: what is kept for before and after is shown small. */
const copyWidth = 240

const thumbsSchema = z.object({
  Metadata: z.array(z.object({ ratingKey: z.coerce.string(), thumb: z.string().catch('') })).catch([]),
})

export function createItemPosters(
  options: PlexConnectionOptions,
): PictureSource<{ readonly ratingKey: string; readonly width: number }> {
  const connection = createPlexConnection(options)
  const limit = pLimit(mostRequests)
  const thumbs = new ThumbAddresses(options.clock, readThumbs)

  async function readThumbs(ratingKeys: readonly string[]): Promise<Result<ReadonlyMap<string, string>>> {
    const path = `/library/metadata/${ratingKeys.join(',')}`
    const result = await connection.read({ path }, thumbsSchema)
    if (!result.ok) return result.fault.status === 404 ? ok(new Map()) : result
    return ok(new Map(result.value.value.Metadata.map(({ ratingKey, thumb }) => [ratingKey, thumb])))
  }

  async function readPoster(thumb: string, width: number, signal: AbortSignal) {
    const read = await bytesOf(connection, thumb, width, signal)
    if (!read.ok) return read.fault.status === 404 ? ok<Found>({ status: 'none' }) : read
    return ok<Found>({ status: 'found', bytes: read.value, validator: thumb })
  }

  return {
    async read({ ratingKey, width }, validator, signal) {
      const thumb = await thumbs.of(ratingKey)
      if (!thumb.ok) return thumb
      // Only a path of the server itself: a picture elsewhere would reveal to that place what is in the library.
      if (!/^\/[^/]/.test(thumb.value)) return ok({ status: 'none' })
      if (thumb.value === validator) return ok({ status: 'unchanged' })
      return limit(() => readPoster(thumb.value, width, signal))
    },
    close: () => connection.close(),
  }
}

/** A poster at its address in Plex, scaled there; as it is where the server's transcoder is broken. */
async function bytesOf(
  connection: PlexConnection,
  thumb: string,
  width: number,
  signal: AbortSignal,
): Promise<Result<Buffer>> {
  const scaled = new URLSearchParams({
    url: thumb,
    width: String(width),
    height: String(width * 1.5),
    minSize: '1',
    upscale: '0',
  })
  const small = await connection.bytes({ path: `/photo/:/transcode?${scaled}`, signal }, largestPicture)
  const read = small.ok ? small : await connection.bytes({ path: thumb, signal }, largestPicture)
  return read.ok ? ok(read.value.body) : read
}

/** Reads a poster by its address, at the size in which copies are kept; null if it cannot be read. */
export function createPosterReader(options: PlexConnectionOptions): {
  read(thumb: string, signal: AbortSignal): Promise<Buffer | null>
  close(): void
} {
  const connection = createPlexConnection(options)
  return {
    async read(thumb, signal) {
      const read = await bytesOf(connection, thumb, copyWidth, signal)
      return read.ok ? read.value : null
    },
    close: () => connection.close(),
  }
}
