import { placeholderSvg } from './sample-images.ts'
import type { Exchange, Reply } from './simulated-server.ts'
import { imageOf, type StashLibrary } from './stash-library.ts'
import type { StashImage } from './stash-model.ts'

const placeholder = imageOf(placeholderSvg)

/**
 * `/scene/<id>/…`, `/performer/<id>/image`, `/studio/<id>/image`, `/tag/<id>/image`, `/group/<id>/frontimage` (also under
 * its old name `/movie`); null for other paths.
 */
export function mediaReply(library: StashLibrary, exchange: Exchange): Reply | null {
  const match =
    /^\/(scene|performer|studio|tag|group|movie)\/([^/]+)\/(screenshot|image|frontimage|stream|preview|webp)$/.exec(
      exchange.request.path,
    )
  if (!match) return null
  const [, kind = '', id = '', part = ''] = match
  exchange.label(part)
  if (!/^\d+$/.test(id)) return text(400, 'Bad Request')
  if (kind === 'scene') {
    const scene = library.scenes.get(Number(id))
    if (!scene) return text(404, 'Not Found')
    if (part === 'screenshot') return image(exchange, scene.cover ?? placeholder)
    return { status: 200, headers: { 'Content-Type': 'video/mp4' }, body: Buffer.alloc(64) }
  }
  const shelves = {
    performer: library.performers,
    studio: library.studios,
    tag: library.tags,
    group: library.groups,
    movie: library.groups,
  }
  const entity = shelves[kind as keyof typeof shelves].get(Number(id))
  const expected = kind === 'group' || kind === 'movie' ? 'frontimage' : 'image'
  if (!entity || part !== expected) return text(404, 'Not Found')
  const wantsDefault = exchange.request.params.get('default') === 'true'
  return image(exchange, wantsDefault ? placeholder : (entity.image ?? placeholder))
}

/** The bytes as stored, with their MD5 as ETag; with `t` in the address they may be kept forever. */
function image(exchange: Exchange, { bytes, contentType, etag }: StashImage): Reply {
  const { request } = exchange
  const headers = {
    'Content-Type': contentType,
    ETag: `"${etag}"`,
    'Cache-Control': request.params.has('t') ? 'private, max-age=31536000, immutable' : 'no-cache',
  }
  return request.headers['if-none-match'] === `"${etag}"`
    ? { status: 304, headers }
    : { status: 200, headers, body: bytes }
}

function text(status: number, body: string): Reply {
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: `${body}\n` }
}
