/** The cover of a scene. Stash: a scene without one responses 200 with an SVG placeholder, which is no cover. */
import { decline } from '../../../shared/decline.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashConnection } from './graphql.ts'

export type Cover =
  /** The image of `etag` is still the one. */
  | { readonly status: 'unchanged' }
  | { readonly status: 'none' }
  | { readonly status: 'image'; readonly bytes: Buffer; readonly type: string; readonly etag: string }

/** Plex answers 500 to an upload of more. */
const largestCover = 10_000_000
/** What is read at most before a cover is called too large. */
const readAtMost = 4 * largestCover

/**
 * @param etag of the cover at hand; '' if there is none.
 * A scene that Stash does not know has no cover. Faults: `rejected` where the image is larger than Plex takes.
 */
export async function fetchCover(
  connection: StashConnection,
  sceneId: string,
  etag: string,
  signal?: AbortSignal,
): Promise<Result<Cover>> {
  const result = await connection.get(`/scene/${encodeURIComponent(sceneId)}/screenshot`, {
    ...(etag !== '' && { etag }),
    maxBytes: readAtMost,
    signal,
  })
  if (!result.ok) return result.fault.status === 404 ? ok({ status: 'none' }) : result
  const { status, body, header } = result.value
  if (status === 304) return ok({ status: 'unchanged' })
  if (body.length > largestCover) {
    return decline('rejected', {
      code: 'cover_too_large',
      values: { scene: sceneId, megabytes: megabytes(body.length) },
    })
  }
  const type = mediaType(header('content-type'))
  if (body.length === 0 || isSvg(type, body)) return ok({ status: 'none' })
  if (type.startsWith('image/')) return ok({ status: 'image', bytes: body, type, etag: header('etag') })
  return decline('bad_answer', { code: 'not_cover', values: { scene: sceneId, type: type || null } })
}

/** The image of a performer, studio, tag or group. Null if it has none: Stash then sends a placeholder or 404. */
export async function fetchEntityImage(
  connection: StashConnection,
  path: string,
  signal?: AbortSignal,
): Promise<Result<Buffer | null>> {
  const result = await connection.get(path, { maxBytes: readAtMost, signal })
  if (!result.ok) return result.fault.status === 404 ? ok(null) : result
  const { body, header } = result.value
  return ok(body.length === 0 || isSvg(mediaType(header('content-type')), body) ? null : body)
}

function isSvg(type: string, body: Buffer): boolean {
  return type === 'image/svg+xml' || /^\s*<(\?xml|svg)/.test(body.subarray(0, 100).toString('utf8'))
}

/** A content type without its parameters. */
function mediaType(header: string): string {
  return (header.split(';')[0] ?? '').trim().toLowerCase()
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1)
}
