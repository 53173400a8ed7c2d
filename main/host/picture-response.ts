/** Answers a request for a picture, the same over HTTP and on the desktop app's scheme. */
import { parsePicturePath } from '../../shared/pictures.ts'
import type { Engine } from '../engine/engine.ts'

export interface PictureResponse {
  readonly status: 200 | 204 | 304 | 404
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array<ArrayBuffer> | null
}

/**
 * 204 if the item has no picture: the window shows a placeholder, and a browser reports no error. `etag` is what the
 * browser has of it already.
 */
export async function respondWithPicture(
  picture: Engine['picture'],
  url: URL,
  etag: string | null,
  signal: AbortSignal,
): Promise<PictureResponse> {
  const name = parsePicturePath(url.pathname, url.searchParams)
  if (name === null) return { status: 404, headers: {}, bytes: null }
  const found = await picture(name, signal)
  if (found === null) return { status: 204, headers: { 'Cache-Control': 'no-store' }, bytes: null }
  const headers = {
    'Content-Type': found.type,
    // Asked for again each time, so that a changed poster is seen; unchanged it costs no transfer.
    'Cache-Control': 'private, no-cache',
    ETag: `"${found.hash}"`,
    'X-Content-Type-Options': 'nosniff',
  }
  if (etag === headers.ETag) return { status: 304, headers, bytes: null }
  return { status: 200, headers, bytes: new Uint8Array(found.bytes) }
}
