import type { PlexTag, TagKind } from './plex-model.ts'

/** How tag names are compared: SQLite's NOCASE (ASCII letters only) or every script's case. The facts leave it open. */
export type TagCompare = 'ascii' | 'unicode'

/** The tags of the whole server: one row per kind and name, whose first spelling stays. */
export class PlexTags {
  readonly #rows = new Map<string, PlexTag>()
  readonly #byId = new Map<number, PlexTag>()
  readonly #compare: TagCompare
  #nextId = 50_001

  constructor(compare: TagCompare) {
    this.#compare = compare
  }

  /** A name as it is compared. */
  fold(name: string): string {
    if (this.#compare === 'unicode') return name.toLowerCase()
    return /[A-Z]/.test(name) ? name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()) : name
  }

  /** The tag of that name, made when there is none. Labels get a capital first letter. */
  obtain(kind: TagKind, name: string): PlexTag {
    const key = `${kind}\u0000${this.fold(name)}`
    const known = this.#rows.get(key)
    if (known) return known
    const tag: PlexTag = { id: this.#nextId++, kind, tag: kind === 'label' ? capitalised(name) : name, thumb: '' }
    this.#rows.set(key, tag)
    this.#byId.set(tag.id, tag)
    return tag
  }

  find(kind: TagKind, name: string): PlexTag | undefined {
    return this.#rows.get(`${kind}\u0000${this.fold(name)}`)
  }

  byId(id: number): PlexTag | undefined {
    return this.#byId.get(id)
  }

  /** Renames a tag for the whole server; false when the name is taken. */
  rename(tag: PlexTag, name: string): boolean {
    const key = `${tag.kind}\u0000${this.fold(name)}`
    const holder = this.#rows.get(key)
    if (holder && holder !== tag) return false
    this.#rows.delete(`${tag.kind}\u0000${this.fold(tag.tag)}`)
    tag.tag = name
    this.#rows.set(key, tag)
    return true
  }
}

function capitalised(name: string): string {
  const first = String.fromCodePoint(name.codePointAt(0) ?? 32)
  return first.toUpperCase() + name.slice(first.length)
}
