/**
 * What the hook listener serves below /stash-plugin/. The zip holds the hook token and Stash cannot authenticate when it
 * gets a package, so each package is under a separate path that cannot be guessed, and only while it is installed.
 */

import type { Clock, NewId } from '../../ports.ts'
import { type CompanionPackage, zipName } from './companion-package.ts'
import type { ServedFile } from './served-file.ts'

/** Far longer than an installation takes: only for the case that the package is never taken down. */
const lifeMs = 5 * 60_000

interface Shelved {
  readonly files: ReadonlyMap<string, ServedFile>
  readonly until: number
}

export class PackageShelf {
  readonly #clock: Clock
  readonly #newId: NewId
  readonly #shelved = new Map<string, Shelved>()

  constructor(clock: Clock, newId: NewId) {
    this.#clock = clock
    this.#newId = newId
  }

  /** Puts a package up. `path` is that of its index, from the root of the listener; `takeDown` ends it. */
  putUp({ zip, index }: CompanionPackage): { readonly path: string; readonly takeDown: () => void } {
    this.#dropOld()
    const folder = this.#newId()
    const files = new Map([
      ['index.yml', { bytes: Buffer.from(index), type: 'text/yaml; charset=utf-8' }],
      [zipName, { bytes: zip, type: 'application/zip' }],
    ])
    this.#shelved.set(folder, { files, until: this.#clock.now() + lifeMs })
    return { path: `/stash-plugin/${folder}/index.yml`, takeDown: () => void this.#shelved.delete(folder) }
  }

  /** What is under a path, given from behind `/stash-plugin/`; null if there is nothing, or nothing any more. */
  file(path: string): ServedFile | null {
    const [folder = '', name = '', ...rest] = path.split('/')
    const shelved = this.#shelved.get(folder)
    if (shelved === undefined || rest.length > 0 || this.#clock.now() >= shelved.until) return null
    return shelved.files.get(name) ?? null
  }

  #dropOld(): void {
    for (const [folder, { until }] of this.#shelved) if (this.#clock.now() >= until) this.#shelved.delete(folder)
  }
}
