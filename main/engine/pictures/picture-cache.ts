/**
 * Remembers pictures by name and keeps their bytes once each, up to a bound; the ones unused for longest go first. The
 * index is written when the engine closes: after a crash the pictures are simply read from the servers again.
 */
import * as z from 'zod'
import type { Picture } from './picture.ts'
import type { PictureFolder } from './picture-folder.ts'

/** 256 MiB. */
const cacheBound = 256 * 1024 * 1024

const entrySchema = z.object({
  /** Of the content; null for what has no picture. */
  hash: z.string().nullable(),
  /** What the server calls this version of the picture, to ask whether it is still the one. */
  validator: z.string(),
  /** Epoch ms of the last time that a server said so. */
  checkedAt: z.number(),
})
export type CacheEntry = z.infer<typeof entrySchema>
const indexSchema = z.array(z.tuple([z.string(), entrySchema]))

export class PictureCache {
  readonly #folder: PictureFolder
  readonly #bound: number
  /** In the order of their last use, so that the first is the one to go. */
  readonly #entries = new Map<string, CacheEntry>()
  /** Size and number of names of each content. */
  readonly #contents = new Map<string, { readonly bytes: number; names: number }>()
  #total = 0
  #opened: Promise<void> | null = null
  #changed = false

  constructor(folder: PictureFolder, bound: number = cacheBound) {
    this.#folder = folder
    this.#bound = bound
  }

  /** Bytes that are kept. */
  get bytes(): number {
    return this.#total
  }

  async entry(name: string): Promise<CacheEntry | null> {
    await this.#open()
    return this.#entries.get(name) ?? null
  }

  /** The picture of a name as it was last seen. */
  async picture(name: string): Promise<Picture | null> {
    const entry = await this.entry(name)
    if (entry === null || entry.hash === null) return null
    const picture = await this.#folder.read(entry.hash)
    if (picture === null) await this.#forget(name)
    else this.#use(name, entry)
    return picture
  }

  async put(name: string, picture: Picture | null, validator: string, checkedAt: number): Promise<void> {
    await this.#open()
    const hash = picture?.hash ?? null
    const isNew = picture !== null && !this.#contents.has(picture.hash)
    if (isNew) {
      this.#contents.set(picture.hash, { bytes: picture.bytes.length, names: 0 })
      this.#total += picture.bytes.length
    }
    const content = hash === null ? undefined : this.#contents.get(hash)
    if (content) content.names += 1
    await this.#forget(name)
    this.#use(name, { hash, validator, checkedAt })
    if (isNew) await this.#folder.write(picture)
    await this.#keepBound()
  }

  /** Forgets what was put before an epoch ms under names that begin like this. */
  async dropBefore(prefix: string, before: number): Promise<void> {
    await this.#open()
    for (const [name, { checkedAt }] of this.#entries)
      if (checkedAt < before && name.startsWith(prefix)) await this.#forget(name)
  }

  async clear(): Promise<{ pictures: number; bytes: number }> {
    await this.#open()
    const removed = { pictures: this.#contents.size, bytes: this.#total }
    this.#entries.clear()
    this.#contents.clear()
    this.#total = 0
    this.#changed = false
    await this.#folder.clear()
    return removed
  }

  /** Writes the index down. */
  async close(): Promise<void> {
    await this.#opened
    if (!this.#changed) return
    this.#changed = false
    await this.#folder.writeIndex(JSON.stringify([...this.#entries])).catch(() => {})
  }

  #use(name: string, entry: CacheEntry): void {
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    this.#changed = true
  }

  async #forget(name: string): Promise<void> {
    const entry = this.#entries.get(name)
    if (entry === undefined) return
    this.#entries.delete(name)
    this.#changed = true
    const content = entry.hash === null ? undefined : this.#contents.get(entry.hash)
    if (content === undefined || entry.hash === null) return
    content.names -= 1
    if (content.names > 0) return
    this.#contents.delete(entry.hash)
    this.#total -= content.bytes
    await this.#folder.remove(entry.hash)
  }

  async #keepBound(): Promise<void> {
    for (const [name, { hash }] of this.#entries) {
      if (this.#total <= this.#bound) return
      if (hash !== null) await this.#forget(name)
    }
  }

  #open(): Promise<void> {
    this.#opened ??= this.#readFolder()
    return this.#opened
  }

  async #readFolder(): Promise<void> {
    const files = await this.#folder.list()
    const text = await this.#folder.readIndex()
    const index = indexSchema.safeParse(text === null ? [] : parseJson(text))
    for (const [name, entry] of index.success ? index.data : []) {
      const bytes = entry.hash === null ? 0 : files.get(entry.hash)
      if (bytes === undefined) continue
      this.#entries.set(name, entry)
      if (entry.hash === null) continue
      const content = this.#contents.get(entry.hash)
      if (content) content.names += 1
      else {
        this.#contents.set(entry.hash, { bytes, names: 1 })
        this.#total += bytes
      }
    }
    for (const hash of files.keys()) if (!this.#contents.has(hash)) await this.#folder.remove(hash)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
