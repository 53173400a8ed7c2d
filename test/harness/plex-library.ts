import { createHash } from 'node:crypto'
import { type Clock, realClock } from './clock.ts'
import { PlexCollections } from './plex-collections.ts'
import {
  asciiLower,
  fileStem,
  type MediaSeed,
  newMedia,
  newShelves,
  type PartSeed,
  setText,
  syncYear,
} from './plex-item.ts'
import {
  type AgentValues,
  editableFields,
  type ItemType,
  type PlexItem,
  type PlexSection,
  type SectionType,
  type TagKind,
  type TagLists,
  type TextField,
  tagKinds,
} from './plex-model.ts'
import { PlexTags, type TagCompare } from './plex-tags.ts'

export interface SectionSeed {
  title: string
  type?: SectionType
  locations: string[]
  agent?: string
  scanner?: string
}

export interface ItemSeed {
  section: number
  /** A key that another item had before, as a restored server gives it; default the next one. */
  ratingKey?: number
  /** One version of one part; or `media` for versions and stacked parts. */
  file?: string | PartSeed
  media?: MediaSeed[]
  type?: ItemType
  subtype?: string
  text?: Partial<Record<TextField, string>>
  userRating?: number
  tags?: Partial<Record<TagKind, string[]>>
  locked?: string[]
  /** Epoch seconds. */
  addedAt?: number
  agent?: Partial<AgentValues>
}

export interface LibraryOptions {
  clock?: Clock
  tagCompare?: TagCompare
  /** How long readers do not see a tag edit, in ms; default 0. */
  tagDelayMs?: number
}

/** The state of the simulated server, with the hands of the user, a scanner and an agent to change it. */
export class PlexLibrary {
  readonly sections = new Map<number, PlexSection>()
  readonly items = new Map<number, PlexItem>()
  readonly tags: PlexTags
  readonly collections: PlexCollections
  readonly clock: Clock
  readonly tagDelayMs: number
  /** Called with every changed, added or removed item. */
  onChange: (item: PlexItem, change: 'created' | 'updated' | 'deleted') => void = () => {}
  #nextSection = 1
  #nextKey = 1001
  #nextId = 1
  #contentVersion = 1

  constructor(options: LibraryOptions = {}) {
    this.clock = options.clock ?? realClock
    this.tags = new PlexTags(options.tagCompare ?? 'ascii')
    this.tagDelayMs = options.tagDelayMs ?? 0
    this.collections = new PlexCollections(this, () => this.#nextKey++)
  }

  /** Epoch seconds, as Plex stamps. */
  seconds(): number {
    return Math.floor(this.clock.now() / 1000)
  }

  addSection(seed: SectionSeed): PlexSection {
    const id = this.#nextSection++
    const now = this.seconds()
    const section: PlexSection = {
      id,
      type: seed.type ?? 'movie',
      title: seed.title,
      agent: seed.agent ?? 'tv.plex.agents.none',
      scanner: seed.scanner ?? 'Plex Video Files',
      language: 'xn',
      uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
      locations: seed.locations.map((path) => ({ id: this.#nextId++, path })),
      refreshing: false,
      hidden: false,
      createdAt: now,
      updatedAt: now,
      scannedAt: now,
      contentChangedAt: this.#contentVersion++,
      items: new Map(),
      version: 0,
    }
    this.sections.set(id, section)
    return section
  }

  addItem(seed: ItemSeed): PlexItem {
    const section = this.section(seed.section)
    const ratingKey = seed.ratingKey ?? this.#nextKey++
    const media = seed.media ?? (seed.file === undefined ? [] : [{ parts: [seed.file] }])
    const versions = media.map((version) => newMedia(version, () => this.#nextId++))
    const first = versions[0]?.parts[0]
    const stem = first ? fileStem(first.file) : `Item ${ratingKey}`
    const agent: AgentValues = { fields: { title: stem, ...seed.agent?.fields }, tags: seed.agent?.tags ?? {} }
    const now = this.seconds()
    const item: PlexItem = {
      ratingKey,
      sectionId: section.id,
      type: seed.type ?? (section.type === 'movie' ? 'movie' : section.type === 'photo' ? 'clip' : section.type),
      subtype: seed.subtype ?? '',
      guid: `${section.agent}://${createHash('sha1').update(`${first?.file}${ratingKey}`).digest('hex')}?lang=xn`,
      text: {},
      numbers: {},
      year: undefined,
      addedAt: seed.addedAt ?? now,
      updatedAt: seed.addedAt ?? now,
      viewCount: 0,
      lastViewedAt: undefined,
      viewOffset: undefined,
      lastRatedAt: undefined,
      locked: new Set(seed.locked),
      tags: {},
      lateTags: undefined,
      media: versions,
      shelves: newShelves(first, now),
      agent,
    }
    this.#writeAgentValues(item)
    Object.assign(item.text, seed.text)
    syncYear(item)
    if (seed.userRating !== undefined) item.numbers.userRating = seed.userRating
    for (const kind of tagKinds) {
      const names = seed.tags?.[kind]
      if (names) item.tags[kind] = names.map((name) => ({ tag: this.tags.obtain(kind, name), text: '' }))
    }
    this.items.set(ratingKey, item)
    section.items.set(ratingKey, item)
    this.collections.note(item)
    this.touchSection(section)
    this.onChange(item, 'created')
    return item
  }

  removeItem(ratingKey: number): void {
    const item = this.item(ratingKey)
    const section = this.section(item.sectionId)
    this.items.delete(ratingKey)
    section.items.delete(ratingKey)
    this.collections.sweep(section, item)
    this.touchSection(section)
    this.onChange(item, 'deleted')
  }

  /** A library is deleted in Plex, with its items; its number is not given again. */
  removeSection(id: number): void {
    for (const ratingKey of [...this.section(id).items.keys()]) this.removeItem(ratingKey)
    this.sections.delete(id)
  }

  /** The server was restored from a backup: two films have each other's keys now. Their stamps are as they were. */
  exchangeKeys(one: number, other: number): void {
    const items = [this.item(one), this.item(other)]
    for (const [at, item] of items.entries()) {
      item.ratingKey = at === 0 ? other : one
      this.items.set(item.ratingKey, item)
      this.section(item.sectionId).items.set(item.ratingKey, item)
      this.touchSection(this.section(item.sectionId))
    }
  }

  /** The file is gone but the item stays listed until the trash is emptied. */
  trashItem(ratingKey: number): void {
    const item = this.item(ratingKey)
    for (const media of item.media) media.deletedAt = this.seconds()
    this.touch(item)
  }

  /** A file was renamed on disk and the scanner noticed: same item, other path; the agent's title follows. */
  renameFile(from: string, to: string): PlexItem {
    for (const item of this.items.values()) {
      for (const part of item.media.flatMap((media) => media.parts)) {
        if (part.file !== from) continue
        part.file = to
        part.lower = asciiLower(to)
        item.agent.fields.title = fileStem(to)
        this.touch(item)
        return item
      }
    }
    throw new Error(`no part has the file ${from}`)
  }

  /** The user edits in Plex's own window, which locks every field it saves. Tag lists replace. */
  editByPerson(
    ratingKey: number,
    edit: {
      text?: Partial<Record<TextField, string>>
      userRating?: number | null
      tags?: Partial<Record<TagKind, string[]>>
      lock?: boolean
      unlock?: string[]
    },
  ): PlexItem {
    const item = this.item(ratingKey)
    for (const [name, value] of Object.entries(edit.text ?? {}) as [TextField, string][]) {
      setText(item, name, value)
      if (edit.lock !== false) item.locked.add(name)
    }
    if (edit.userRating === null) delete item.numbers.userRating
    else if (edit.userRating !== undefined) item.numbers.userRating = edit.userRating
    for (const kind of tagKinds) {
      const names = edit.tags?.[kind]
      if (!names) continue
      item.tags[kind] = names.map((name) => ({ tag: this.tags.obtain(kind, name), text: '' }))
      if (edit.lock !== false) item.locked.add(kind)
    }
    for (const name of edit.unlock ?? []) item.locked.delete(name)
    item.lateTags = undefined
    this.touch(item)
    return item
  }

  /** A metadata refresh: every unlocked field gets the agent's value back. Labels and collections are the user's. */
  refreshByAgent(ratingKey: number): PlexItem {
    const item = this.item(ratingKey)
    for (const name of Object.keys(editableFields)) {
      if (name === 'addedAt' || name === 'userRating' || name === 'editionTitle' || item.locked.has(name)) continue
      if (name === 'rating' || name === 'audienceRating') delete item.numbers[name]
      else delete item.text[name as TextField]
    }
    for (const kind of tagKinds) {
      if (kind !== 'label' && kind !== 'collection' && !item.locked.has(kind)) delete item.tags[kind]
    }
    this.#writeAgentValues(item)
    syncYear(item)
    if (!item.locked.has('thumb')) {
      this.#showFrame(item)
    }
    this.touch(item)
    return item
  }

  /** Plex takes a frame of the video again, as after a poster was reset (API 1.2.2, DELETE of an element) or a bundle was lost. */
  posterFallsBack(ratingKey: number): PlexItem {
    const item = this.item(ratingKey)
    this.#showFrame(item)
    this.touch(item)
    return item
  }

  /** The user uploads a poster in Plex and chooses it, which locks it. Returns its key. */
  posterByPerson(ratingKey: number, bytes: Buffer): string {
    const item = this.item(ratingKey)
    const shelf = item.shelves.posters
    const key = `upload://posters/${createHash('sha1').update(bytes).digest('hex')}`
    if (!shelf.images.some((image) => image.key === key))
      shelf.images.push({ key, bytes, contentType: 'image/jpeg', source: '' })
    shelf.selected = key
    shelf.stamp = Math.max(shelf.stamp + 1, this.seconds())
    item.locked.add('thumb')
    this.touch(item)
    return key
  }

  #showFrame(item: PlexItem): void {
    const shelf = item.shelves.posters
    const frame = shelf.images.find((image) => image.key.startsWith('media://'))
    if (frame === undefined || shelf.selected === frame.key) return
    shelf.selected = frame.key
    shelf.stamp = Math.max(shelf.stamp + 1, this.seconds())
  }

  section(id: number): PlexSection {
    const section = this.sections.get(id)
    if (!section) throw new Error(`no section ${id}`)
    return section
  }

  item(ratingKey: number): PlexItem {
    const item = this.items.get(ratingKey)
    if (!item) throw new Error(`no item ${ratingKey}`)
    return item
  }

  /** Items that have a part with exactly this path, in any section. */
  itemsByFile(file: string): PlexItem[] {
    return [...this.items.values()].filter((item) =>
      item.media.some((media) => media.parts.some((part) => part.file === file)),
    )
  }

  /** Tags as a reader sees them now. */
  tagsShown(item: PlexItem): TagLists {
    if (!item.lateTags) return item.tags
    if (this.clock.now() < item.lateTags.until) return item.lateTags.tags
    item.lateTags = undefined
    return item.tags
  }

  /** An item changed: its own stamp and its section's. */
  touch(item: PlexItem): void {
    item.updatedAt = this.seconds()
    const section = this.sections.get(item.sectionId)
    if (section) {
      this.collections.sweep(section, item)
      this.touchSection(section)
    }
    this.onChange(item, 'updated')
  }

  /** The owner watched or rated: other lists, but the item's metadata and its stamp stay as they were. */
  touchView(item: PlexItem): void {
    const section = this.sections.get(item.sectionId)
    if (section) section.version++
  }

  touchSection(section: PlexSection): void {
    section.version++
    section.updatedAt = this.seconds()
    section.contentChangedAt = this.#contentVersion++
  }

  #writeAgentValues(item: PlexItem): void {
    for (const [name, value] of Object.entries(item.agent.fields)) {
      if (item.locked.has(name)) continue
      if (name === 'rating' || name === 'audienceRating') item.numbers[name] = Number(value)
      else item.text[name as TextField] = String(value)
    }
    for (const kind of tagKinds) {
      const names = item.agent.tags[kind]
      if (!names || item.locked.has(kind)) continue
      item.tags[kind] = names.map((name) => ({ tag: this.tags.obtain(kind, name), text: '' }))
    }
  }
}
