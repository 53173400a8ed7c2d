import type { PartSeed } from './plex-item.ts'
import type { PlexLibrary } from './plex-library.ts'
import type { PlexSection } from './plex-model.ts'
import type { PlexObject } from './plex-xml.ts'

/** Files that are on the disk and are not in the library yet, and the scans that find them. */
export class PlexScans {
  readonly #library: PlexLibrary
  readonly #scanMs: number
  readonly #pending = new Map<number, Map<string, PartSeed>>()
  readonly #running = new Map<number, string>()
  /** Folders that were asked for, in order: what a test wants to count. */
  readonly requested: { section: number; path: string | null }[] = []

  constructor(library: PlexLibrary, scanMs: number) {
    this.#library = library
    this.#scanMs = scanMs
  }

  /** Puts a file on the disk. Every section whose folders hold it finds it at its next scan there. */
  putOnDisk(part: PartSeed | string): void {
    const seed = typeof part === 'string' ? { file: part } : part
    for (const section of this.#library.sections.values()) {
      if (!section.locations.some((location) => isBelow(seed.file, location.path))) continue
      const files = this.#pending.get(section.id) ?? new Map<string, PartSeed>()
      files.set(seed.file, seed)
      this.#pending.set(section.id, files)
    }
  }

  /**
   * Scans a section or one folder of it. A wrong path, a file instead of a folder: nothing happens, and nothing is reported.
   * With a duration, `refreshing` ends long before the items are there, as on the real server.
   */
  scan(section: PlexSection, path: string | null): void {
    this.requested.push({ section: section.id, path })
    if (this.#scanMs === 0) {
      this.#finish(section, path)
      return
    }
    section.refreshing = true
    this.#running.set(section.id, path ?? section.title)
    const { clock } = this.#library
    clock.setTimer(this.#scanMs / 2, () => {
      section.refreshing = false
    })
    clock.setTimer(this.#scanMs, () => this.#finish(section, path))
  }

  /** Ends a running scan without its finds. */
  cancel(section: PlexSection): void {
    section.refreshing = false
    this.#running.delete(section.id)
  }

  /** What `GET /activities` shows: the butler always, and the scans. */
  activities(): PlexObject[] {
    const butler: PlexObject = {
      uuid: '00000000-0000-4000-9000-000000000000',
      type: 'butler',
      cancellable: true,
      userID: 1,
      title: 'Butler tasks',
      progress: 20,
    }
    const scans = [...this.#running].map(
      ([id, subtitle]): PlexObject => ({
        uuid: `00000000-0000-4000-9000-${String(id).padStart(12, '0')}`,
        type: 'library.update.section',
        cancellable: true,
        userID: 1,
        title: 'Scanning',
        subtitle,
        progress: -1,
      }),
    )
    return [butler, ...scans]
  }

  #finish(section: PlexSection, path: string | null): void {
    this.#running.delete(section.id)
    const files = this.#pending.get(section.id)
    let found = false
    for (const part of [...(files?.values() ?? [])]) {
      if (path !== null && !isBelow(part.file, path)) continue
      files?.delete(part.file)
      this.#library.addItem({ section: section.id, file: part })
      found = true
    }
    section.scannedAt = this.#library.seconds()
    if (found) this.#library.touchSection(section)
  }
}

/** Whether a file is in a folder, at a folder boundary, whatever the separator. */
function isBelow(file: string, folder: string): boolean {
  const root = folder.replace(/[\\/]+$/, '')
  const next = file[root.length]
  return file.startsWith(root) && (next === '/' || next === '\\')
}
