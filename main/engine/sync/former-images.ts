/**
 * What an item showed before an image was uploaded to it: the key under which Plex keeps it, so that it can be selected
 * again, and a small copy for the window. Whatever fails here only costs that knowledge, never the upload.
 */
import type { ImageField, PlexItem } from '../../../shared/domain.ts'
import { ok } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'

export interface FormerImage {
  /** Null if the item showed none. */
  readonly key: string | null
  /** Hash of the copy that was kept; null if none was. */
  readonly copy: string | null
}

export interface FormerImageDeps {
  readonly plex: Pick<PlexClient, 'selectedImage'>
  /** Reads a poster at the size in which it is kept; null if it cannot be read. */
  readonly poster: (address: string, signal: AbortSignal) => Promise<Buffer | null>
  /** Keeps a copy and returns its hash; null if none is to be kept. */
  readonly keep: (bytes: Buffer) => Promise<string | null>
}

/** A cover that is larger than this is not copied: the window then shows what Plex shows. */
const largestCopy = 512 * 1024

export class FormerImageReader {
  readonly #deps: FormerImageDeps

  constructor(deps: FormerImageDeps) {
    this.#deps = deps
  }

  /** Null if Plex does not say what it shows: then it cannot be selected again. `known`: the key, if it was read. */
  async read(
    item: PlexItem,
    image: ImageField,
    signal: AbortSignal,
    known?: string | null,
  ): Promise<FormerImage | null> {
    const key = known === undefined ? await this.#deps.plex.selectedImage(item.ratingKey, image, signal) : ok(known)
    if (!key.ok) return null
    const bytes = image === 'poster' && item.thumb.startsWith('/') ? await this.#deps.poster(item.thumb, signal) : null
    return { key: key.value, copy: bytes === null ? null : await this.keep(bytes) }
  }

  async keep(bytes: Buffer): Promise<string | null> {
    return bytes.length > largestCopy ? null : this.#deps.keep(bytes)
  }
}
