import { createHash } from 'node:crypto'
import type { PlexLibrary } from './plex-library.ts'
import type { ImageKind, ImageShelf, PlexItem } from './plex-model.ts'
import { containerReply, emptyReply, errorReply, imageReply } from './plex-reply.ts'
import type { PlexObject } from './plex-xml.ts'
import { sniffImage } from './sample-images.ts'
import type { Exchange, Reply } from './simulated-server.ts'

/** Measured with Mediux-Posters #11 and #44 and Kometa's MAX_IMAGE_SIZE: ten million, not ten binary megabytes. */
const maximumBytes = 10_000_000

/** The names under which paths speak of each kind of image. */
const imageNames: Record<string, { kind: ImageKind; lock: string }> = {
  posters: { kind: 'posters', lock: 'thumb' },
  poster: { kind: 'posters', lock: 'thumb' },
  thumb: { kind: 'posters', lock: 'thumb' },
  arts: { kind: 'arts', lock: 'art' },
  art: { kind: 'arts', lock: 'art' },
  clearLogos: { kind: 'clearLogos', lock: 'clearLogo' },
  clearLogo: { kind: 'clearLogos', lock: 'clearLogo' },
  squareArts: { kind: 'squareArts', lock: 'squareArt' },
  squareArt: { kind: 'squareArts', lock: 'squareArt' },
}

export function isImageName(name: string): boolean {
  return Object.hasOwn(imageNames, name)
}

/** An item, or a collection. */
export interface ImageHolder extends Pick<PlexItem, 'ratingKey' | 'locked' | 'shelves'> {
  /** It shows another picture now. */
  readonly touch: () => void
}

export interface ImageOptions {
  /** Whether an upload locks its field automatically; inferred, not proven. */
  uploadLocks: boolean
}

/** Everything below `/library/metadata/{id}/posters|poster|thumb|arts|art|…`. `rest` is what follows the name. */
export function imageRequest(
  library: PlexLibrary,
  item: ImageHolder,
  name: string,
  rest: string,
  exchange: Exchange,
  options: ImageOptions,
): Reply | Promise<Reply> {
  const { request, body } = exchange
  const known = imageNames[name]
  if (!known) return errorReply(404)
  const shelf = item.shelves[known.kind]
  const isList = name.endsWith('s')
  const url = request.params.get('url')
  if (request.method === 'GET') return isList && rest === '' ? list(item, shelf, exchange) : read(shelf, exchange)
  if (rest !== '') return errorReply(404)
  if (request.method === 'DELETE') {
    exchange.label('unselect')
    // Uploaded files stay forever: only the choice of the singular name can be taken back.
    if (isList || name === 'poster') return errorReply(404)
    shelf.selected = null
    item.touch()
    return emptyReply()
  }
  if (request.method !== 'POST' && request.method !== 'PUT') return errorReply(404)
  const store = (bytes: Buffer, source: string): Reply => {
    if (bytes.length > maximumBytes) return errorReply(500)
    upload(library, item, known.kind, bytes, source)
    if (options.uploadLocks) item.locked.add(known.lock)
    return emptyReply()
  }
  if (url === undefined) {
    exchange.label(known.kind === 'posters' ? 'poster' : 'art')
    return body.length === 0 ? errorReply(400) : store(body, '')
  }
  if (shelf.images.some((image) => image.key === url)) {
    exchange.label('select')
    select(library, item, shelf, url)
    return emptyReply()
  }
  exchange.label(known.kind === 'posters' ? 'poster' : 'art')
  if (!/^https?:\/\//.test(url)) return errorReply(404)
  return download(url).then((bytes) => (bytes ? store(bytes, url) : errorReply(500)))
}

/** The server fetches the address itself; what a failed fetch answers is not known, 500 is assumed. */
async function download(url: string): Promise<Buffer | null> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
    return response.ok ? Buffer.from(await response.arrayBuffer()) : null
  } catch {
    return null
  }
}

function upload(library: PlexLibrary, item: ImageHolder, kind: ImageKind, bytes: Buffer, source: string): void {
  const shelf = item.shelves[kind]
  const key = `upload://${kind}/${createHash('sha1').update(bytes).digest('hex')}`
  if (!shelf.images.some((image) => image.key === key)) {
    shelf.images.push({ key, bytes, contentType: sniffImage(bytes), source })
  }
  select(library, item, shelf, key)
}

function select(library: PlexLibrary, item: ImageHolder, shelf: ImageShelf, key: string): void {
  shelf.selected = key
  // A new number even within one second: the address must change with the picture.
  shelf.stamp = Math.max(shelf.stamp + 1, library.seconds())
  item.touch()
}

function list(item: ImageHolder, shelf: ImageShelf, exchange: Exchange): Reply {
  exchange.label('images')
  const rows = shelf.images.map((image): PlexObject => {
    const url = `/library/metadata/${item.ratingKey}/file?url=${encodeURIComponent(image.key)}`
    return {
      key: url,
      provider: image.key.startsWith('media://') ? 'local' : undefined,
      ratingKey: image.key,
      selected: image.key === shelf.selected,
      thumb: url,
    }
  })
  const container: PlexObject = { size: rows.length, identifier: 'com.plexapp.plugins.library' }
  if (rows.length > 0) container.Metadata = rows
  return containerReply(exchange.request, container)
}

function read(shelf: ImageShelf, exchange: Exchange): Reply {
  exchange.label('image')
  const image = shelf.images.find((candidate) => candidate.key === shelf.selected)
  return image ? imageReply(image.bytes, image.contentType) : errorReply(404)
}

/** `GET /library/metadata/{id}/file?url=<key>`: one picture of the lists, selected or not. */
export function imageFile(item: Pick<PlexItem, 'shelves'>, exchange: Exchange): Reply {
  exchange.label('image')
  const url = exchange.request.params.get('url')
  for (const shelf of Object.values(item.shelves)) {
    const image = shelf.images.find((candidate) => candidate.key === url)
    if (image) return imageReply(image.bytes, image.contentType)
  }
  return errorReply(404)
}
