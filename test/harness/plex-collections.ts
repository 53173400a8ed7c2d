/**
 * A section's collections: there is one for as long as an item has its tag, and what was written to it goes with its last
 * member. Each has a rating key, texts, locks, posters and preferences; without a separate poster it shows a
 * composite of its members.
 */
import type { ImageShelf, PlexItem, PlexSection, PlexTag } from './plex-model.ts'
import { emptyReply, errorReply } from './plex-reply.ts'
import type { PlexTags } from './plex-tags.ts'
import type { PlexObject } from './plex-xml.ts'
import type { RequestRecord } from './request-log.ts'
import type { Reply } from './simulated-server.ts'

export interface PlexCollection {
  readonly ratingKey: number
  readonly sectionId: number
  readonly tag: PlexTag
  items: PlexItem[]
  readonly text: PlexItem['text']
  readonly locked: Set<string>
  readonly shelves: PlexItem['shelves']
  readonly prefs: Map<string, string>
  updatedAt: number
}

/** What the collections need of the library whose items have their tags. */
export interface PlexCollectionsDeps {
  readonly tags: PlexTags
  /** Epoch seconds. */
  seconds(): number
  section(id: number): PlexSection
  touch(item: PlexItem): void
  touchSection(section: PlexSection): void
}

export class PlexCollections {
  readonly #library: PlexCollectionsDeps
  readonly #nextKey: () => number
  readonly #known = new Map<string, PlexCollection>()
  /** Ids of tags. Looking through a whole library at each edit would cost more than the edit. */
  readonly #memberOf = new Map<PlexItem, ReadonlySet<number>>()

  constructor(library: PlexCollectionsDeps, nextKey: () => number) {
    this.#library = library
    this.#nextKey = nextKey
  }

  of(section: PlexSection): PlexCollection[] {
    const found = new Map<PlexCollection, PlexItem[]>()
    for (const item of section.items.values()) {
      this.note(item)
      for (const { tag } of item.tags.collection ?? []) {
        const collection = this.#obtain(section, tag)
        const items = found.get(collection)
        if (items === undefined) found.set(collection, [item])
        else items.push(item)
      }
    }
    for (const [name, collection] of this.#known)
      if (collection.sectionId === section.id && !found.has(collection)) this.#known.delete(name)
    for (const [collection, items] of found) collection.items = items
    return [...found.keys()]
  }

  /** A key is given away when a collection is listed, so one that was never listed has none. */
  get(ratingKey: number): PlexCollection | undefined {
    for (const { ratingKey: known, sectionId } of this.#known.values())
      if (known === ratingKey)
        return this.of(this.#library.section(sectionId)).find((collection) => collection.ratingKey === ratingKey)
    return undefined
  }

  named(sectionId: number, title: string): PlexCollection | undefined {
    const section = this.#library.section(sectionId)
    return this.of(section).find(({ tag }) => tag.tag === title)
  }

  /** Remembers of which collections the item is a member. */
  note(item: PlexItem): void {
    this.#memberOf.set(item, new Set((item.tags.collection ?? []).map(({ tag }) => tag.id)))
  }

  /** An item changed or went: a collection whose last member it was is gone. */
  sweep(section: PlexSection, item: PlexItem): void {
    const before = this.#memberOf.get(item)
    if (section.items.has(item.ratingKey)) this.note(item)
    else this.#memberOf.delete(item)
    const now = this.#memberOf.get(item)
    if (before !== undefined && [...before].some((id) => !now?.has(id))) this.of(section)
  }

  touch(collection: PlexCollection): void {
    collection.updatedAt = this.#library.seconds()
    this.#library.touchSection(this.#library.section(collection.sectionId))
  }

  /** The user edits it in Plex's own window, which locks what it saves. */
  editByPerson(collection: PlexCollection, summary: string): void {
    setSummary(collection, summary)
    collection.locked.add('summary')
    this.touch(collection)
  }

  /** `PUT /library/metadata/{id}?title.value=…&summary.value=…`: 409 when another collection has the title. */
  edit(collection: PlexCollection, request: RequestRecord): Reply {
    const { params } = request
    const title = params.get('title.value')
    if (title && !this.#library.tags.rename(collection.tag, title)) return errorReply(409)
    const summary = params.get('summary.value')
    if (summary !== undefined) setSummary(collection, summary)
    for (const name of ['title', 'summary', 'thumb', 'art']) {
      const lock = params.get(`${name}.locked`)
      if (lock === '1') collection.locked.add(name)
      else if (lock === '0') collection.locked.delete(name)
    }
    if (title) for (const item of collection.items) this.#library.touch(item)
    this.touch(collection)
    return emptyReply()
  }

  #obtain(section: PlexSection, tag: PlexTag): PlexCollection {
    const name = `${section.id}/${tag.id}`
    const known = this.#known.get(name)
    if (known !== undefined) return known
    const empty = (): ImageShelf => ({ images: [], selected: null, stamp: this.#library.seconds() })
    const collection: PlexCollection = {
      ratingKey: this.#nextKey(),
      sectionId: section.id,
      tag,
      items: [],
      text: {},
      locked: new Set(),
      shelves: { posters: empty(), arts: empty(), clearLogos: empty(), squareArts: empty() },
      prefs: new Map(),
      updatedAt: this.#library.seconds(),
    }
    this.#known.set(name, collection)
    return collection
  }
}

function setSummary({ text }: PlexCollection, summary: string): void {
  if (summary === '') delete text.summary
  else text.summary = summary
}

/** As lists and metadata show it; locks only if `full`. */
export function collectionRow(collection: PlexCollection, full: boolean): PlexObject {
  const { ratingKey, tag, text, items, shelves, updatedAt, locked, prefs } = collection
  const { selected, stamp } = shelves.posters
  return {
    ratingKey: String(ratingKey),
    key: `/library/collections/${ratingKey}/children`,
    guid: `collection://${ratingKey}`,
    type: 'collection',
    title: tag.tag,
    subtype: items[0]?.type ?? 'movie',
    summary: text.summary ?? '',
    index: ratingKey,
    thumb:
      selected === null
        ? `/library/collections/${ratingKey}/composite/${updatedAt}?width=400&height=600`
        : `/library/metadata/${ratingKey}/thumb/${stamp}`,
    addedAt: updatedAt,
    updatedAt,
    childCount: String(items.length),
    ...(prefs.has('collectionMode') ? { collectionMode: prefs.get('collectionMode') } : {}),
    ...(full && locked.size > 0 ? { Field: [...locked].map((name) => ({ locked: true, name })) } : {}),
  }
}
