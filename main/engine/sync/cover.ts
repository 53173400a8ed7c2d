/** The cover of one scene: transferred at most once, and only when the scene has changed since it was last seen. */
import { createHash } from 'node:crypto'
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashClient } from '../stash/client.ts'
import { type Cover, noCover } from './scene-state.ts'

export class CoverSource {
  readonly #scene: StashScene
  readonly #stash: Pick<StashClient, 'cover'>
  readonly #signal: AbortSignal
  #seen: Cover
  #bytes: Buffer | null = null

  constructor(scene: StashScene, last: Cover, stash: Pick<StashClient, 'cover'>, signal: AbortSignal) {
    this.#scene = scene
    this.#seen = last
    this.#stash = stash
    this.#signal = signal
  }

  /** What is now known of the cover, to be remembered. */
  get seen(): Cover {
    return this.#seen
  }

  /** SHA-1 of the cover; empty if the scene has none. Plex names uploads by the same hash. */
  async sha1(): Promise<Result<string>> {
    if (this.#seen.version === this.#scene.updatedAt && this.#scene.updatedAt !== '') return ok(this.#seen.sha1)
    return this.#read(this.#seen.etag)
  }

  async bytes(): Promise<Result<{ bytes: Buffer; sha1: string }>> {
    if (this.#bytes === null) {
      const read = await this.#read('')
      if (!read.ok) return read
    }
    return ok({ bytes: this.#bytes ?? Buffer.alloc(0), sha1: this.#seen.sha1 })
  }

  async #read(etag: string): Promise<Result<string>> {
    const read = await this.#stash.cover(this.#scene.id, etag, this.#signal)
    if (!read.ok) return read
    const version = this.#scene.updatedAt
    if (read.value.status === 'none') this.#seen = { ...noCover, version }
    else if (read.value.status === 'unchanged') this.#seen = { ...this.#seen, version }
    else {
      this.#bytes = read.value.bytes
      this.#seen = { etag: read.value.etag, sha1: createHash('sha1').update(read.value.bytes).digest('hex'), version }
    }
    return ok(this.#seen.sha1)
  }
}
