/** Keeps the bytes of pictures in a folder that only the user can read, each under the hash of its content. */
import { createHash } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isPictureHash } from '../../../shared/pictures.ts'
import { type Picture, sniffPicture } from './picture.ts'

export class PictureFolder {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  async read(hash: string): Promise<Picture | null> {
    const bytes = await readFile(this.#file(hash)).catch(() => null)
    const type = bytes === null ? null : sniffPicture(bytes)
    // A file that was cut off or changed is no picture of ours.
    return bytes === null || type === null || hashOf(bytes) !== hash ? null : { bytes, type, hash }
  }

  async write({ bytes, hash }: Picture): Promise<void> {
    await this.#prepare()
    // A crash leaves the old file or the new one, never half of one.
    const part = `${this.#file(hash)}.part`
    await writeFile(part, bytes, { mode: 0o600 })
    await rename(part, this.#file(hash))
  }

  async remove(hash: string): Promise<void> {
    await rm(this.#file(hash), { force: true })
  }

  /** Every picture with its size in bytes; what else is in the folder is removed. */
  async list(): Promise<ReadonlyMap<string, number>> {
    const names = await readdir(this.#folder).catch(() => [])
    const found = new Map<string, number>()
    for (const name of names) {
      const size = isPictureHash(name) ? await stat(join(this.#folder, name)).then(sizeOf, () => null) : null
      if (size !== null) found.set(name, size)
      else if (name.endsWith('.part')) await rm(join(this.#folder, name), { force: true })
    }
    return found
  }

  async readIndex(): Promise<string | null> {
    return readFile(this.#indexFile(), 'utf8').catch(() => null)
  }

  async writeIndex(text: string): Promise<void> {
    await this.#prepare()
    await writeFile(`${this.#indexFile()}.part`, text, { mode: 0o600 })
    await rename(`${this.#indexFile()}.part`, this.#indexFile())
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
  }

  async #prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 })
    await chmod(this.#folder, 0o700)
  }

  #file(hash: string): string {
    return join(this.#folder, hash)
  }

  #indexFile(): string {
    return join(this.#folder, 'index.json')
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

function sizeOf({ size }: { readonly size: number }): number {
  return size
}
