/** The pictures of the window: from the cache while they are fresh, else from the server that has them. */
import { type PictureName, pictureWidths } from '../../../shared/pictures.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Clock } from '../ports.ts'
import { type Picture, sniffPicture } from './picture.ts'
import type { PictureCache } from './picture-cache.ts'
import { hashOf } from './picture-folder.ts'
import type { Found, PictureSource } from './picture-source.ts'

/** A picture this old is asked for again, which costs no transfer while it is the same. */
const freshMs = 60_000
const keptPrefix = 'kept '

export interface PicturesDeps {
  readonly cache: PictureCache
  readonly covers: PictureSource<{ readonly sceneId: string }>
  readonly posters: PictureSource<{ readonly ratingKey: string; readonly width: number }>
  readonly former: {
    read(thumb: string, signal: AbortSignal): Promise<Buffer | null>
    close(): void
  }
  readonly settings: () => Pick<Settings, 'pictures' | 'plex_url' | 'stash_url'>
  /** Whether a server may be asked now: not while it is down or refuses the token. */
  readonly mayAsk: (server: 'plex' | 'stash') => boolean
  readonly clock: Clock
}

export class Pictures {
  readonly #deps: PicturesDeps
  /** Items that were given another poster: what is kept of them is not fresh, however young. */
  readonly #outdated = new Set<string>()

  constructor(deps: PicturesDeps) {
    this.#deps = deps
  }

  /** Null if there is none, or none is to be shown. */
  async read(name: PictureName, signal: AbortSignal): Promise<Picture | null> {
    const { cache, settings, mayAsk, clock, covers, posters } = this.#deps
    if (settings().pictures === 'hidden') return null
    const key = this.#keyOf(name)
    if (name.of === 'kept') return cache.picture(key)
    const known = await cache.entry(key)
    const server = name.of === 'scene' ? 'stash' : 'plex'
    const age = known === null ? Number.POSITIVE_INFINITY : Math.abs(clock.now() - known.checkedAt)
    const isFresh = age < freshMs && !(name.of === 'item' && this.#outdated.delete(key))
    if (isFresh || !mayAsk(server)) return cache.picture(key)
    const validator = known?.validator ?? ''
    const found =
      name.of === 'scene' ? await covers.read(name, validator, signal) : await posters.read(name, validator, signal)
    return found.ok ? this.#keep(key, found.value, validator) : cache.picture(key)
  }

  /** Keeps a copy of a picture under its own hash, for before and after; null if it is none. */
  async keep(bytes: Buffer): Promise<string | null> {
    const picture = pictureOf(bytes)
    if (picture === null || this.#deps.settings().pictures === 'hidden') return null
    await this.#deps.cache.put(this.#keyOf({ of: 'kept', hash: picture.hash }), picture, '', this.#deps.clock.now())
    return picture.hash
  }

  /** Forgets the copies that were kept before an epoch ms: they go with the history that shows them. */
  dropKept(before: number): Promise<void> {
    return this.#deps.cache.dropBefore(keptPrefix, before)
  }

  /** The poster at an address of Plex, small; null if it cannot be read, or pictures are hidden. */
  async posterAt(thumb: string, signal: AbortSignal): Promise<Buffer | null> {
    return this.#deps.settings().pictures === 'hidden' ? null : this.#deps.former.read(thumb, signal)
  }

  /** The item was given another poster, which is read from Plex the next time. */
  outdate(ratingKey: string): void {
    for (const width of pictureWidths) this.#outdated.add(this.#keyOf({ of: 'item', ratingKey, width }))
  }

  /** Removes every picture from the data folder. */
  clear(): Promise<{ pictures: number; bytes: number }> {
    return this.#deps.cache.clear()
  }

  async close(): Promise<void> {
    this.#deps.covers.close()
    this.#deps.posters.close()
    this.#deps.former.close()
    await this.#deps.cache.close()
  }

  async #keep(key: string, found: Found, validator: string): Promise<Picture | null> {
    const { cache, clock } = this.#deps
    const picture =
      found.status === 'unchanged' ? await cache.picture(key) : found.status === 'none' ? null : pictureOf(found.bytes)
    const version = found.status === 'found' ? found.validator : validator
    // The bytes that belong to the validator are gone: without them it would never be read again.
    await cache.put(key, picture, picture === null && found.status === 'unchanged' ? '' : version, clock.now())
    return picture
  }

  /** Names the server too: another one has other pictures under the same number. */
  #keyOf(name: PictureName): string {
    const { plex_url, stash_url } = this.#deps.settings()
    if (name.of === 'scene') return `scene ${name.sceneId} ${stash_url}`
    return name.of === 'item' ? `item ${name.ratingKey} ${name.width} ${plex_url}` : `${keptPrefix}${name.hash}`
  }
}

function pictureOf(bytes: Buffer): Picture | null {
  const type = sniffPicture(bytes)
  return type === null ? null : { bytes, type, hash: hashOf(bytes) }
}
