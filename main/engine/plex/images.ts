/** Posters and background art. */
import type { RatingKey } from '../../../shared/domain.ts'
import { fail, type Result } from '../../../shared/result.ts'
import type { PlexConnection } from './connection.ts'
import { metadataPath } from './item.ts'

/** Plex answers 500 to more. */
const largestImage = 10 * 1024 * 1024

/**
 * Uploads an image, which Plex then shows. Plex: it is kept under the SHA-1 of its bytes and can never be deleted by a
 * program; the same bytes again add nothing. The bytes are sent, not an address: that would have to carry Stash's key.
 * Faults: `rejected` where there are no bytes or more than 10 MB.
 */
export async function uploadImage(
  connection: PlexConnection,
  ratingKey: RatingKey,
  kind: 'posters' | 'arts',
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<Result<void>> {
  if (bytes.byteLength === 0) return fail('rejected', 'The image is empty')
  if (bytes.byteLength > largestImage) {
    const megabytes = (bytes.byteLength / 1024 / 1024).toFixed(1)
    return fail('rejected', `The image has ${megabytes} MB; Plex takes at most 10 MB`)
  }
  return connection.write({ method: 'POST', path: `${metadataPath(ratingKey)}/${kind}`, body: bytes, signal })
}
