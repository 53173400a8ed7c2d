/**
 * Notes which collections are about to be written, and whether they are there already: a collection is ours only if the
 * list of its library, read before our first write of the name, did not have it.
 */
import type { StashScene } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { castOf } from '../merge/cast.ts'
import { collectionsOf, type NamedCollection } from '../merge/collections.ts'
import { rulesOf } from '../merge/rules.ts'
import { cleanLine } from '../merge/sanitise.ts'
import { TagRules } from '../merge/tags.ts'
import { nameKey } from '../merge/text-equality.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Collection, CollectionStore, Maker } from './collection-store.ts'

export interface CollectionMarksDeps {
  readonly store: CollectionStore
  readonly plex: Pick<PlexClient, 'collections'>
  readonly server: () => string | null
  readonly uuidOf: (sectionId: string) => string | null
}

/** A scene that is about to be written to a library. */
export interface CollectionWrite {
  readonly scene: StashScene
  readonly sectionId: string
  readonly settings: Settings
}

export class CollectionMarks {
  readonly #deps: CollectionMarksDeps

  constructor(deps: CollectionMarksDeps) {
    this.#deps = deps
  }

  /** Before the write. Asks Plex once per library in which a name is written for the first time. */
  async beforeWrites(writes: readonly CollectionWrite[], signal: AbortSignal): Promise<Result<void>> {
    for (const [sectionId, ofSection] of Map.groupBy(writes.filter(wantsArt), (write) => write.sectionId)) {
      const named = namesOf(ofSection)
      const isNew = [...named.keys()].some((key) => this.#known(sectionId, key) === null)
      if (!isNew) {
        this.#note(sectionId, named, () => 'found')
        continue
      }
      const listed = await this.#deps.plex.collections(sectionId, signal)
      if (!listed.ok) return listed
      const present = new Set(listed.value.map(({ title }) => nameKey(title)))
      this.#note(sectionId, named, (key) => (present.has(key) ? 'found' : 'made'))
    }
    return ok(undefined)
  }

  /** Of scenes that are in Plex already, as a rewrite meets them. */
  noteWritten(writes: readonly CollectionWrite[]): void {
    for (const [sectionId, ofSection] of Map.groupBy(writes.filter(wantsArt), (write) => write.sectionId))
      this.#note(sectionId, namesOf(ofSection), () => 'found')
  }

  #known(sectionId: string, key: string): Collection | null {
    const { store, server, uuidOf } = this.#deps
    const [owner, library] = [server(), uuidOf(sectionId)]
    return owner === null || library === null ? null : store.get({ server: owner, library, nameKey: key })
  }

  #note(sectionId: string, named: ReadonlyMap<string, NamedCollection>, makerOf: (key: string) => Maker): void {
    const { store, server, uuidOf } = this.#deps
    const [owner, library] = [server(), uuidOf(sectionId)]
    if (owner === null || library === null) return
    store.inTransaction(() => {
      for (const [key, { name, origin, line }] of named) {
        const known = store.get({ server: owner, library, nameKey: key })
        // Of two lines with one name the first gives art and summary.
        if (known !== null && known.line <= line) continue
        store.put({
          ...(known ?? { ratingKey: null, maker: makerOf(key), stamp: null, summary: null, poster: null }),
          server: owner,
          library,
          nameKey: key,
          name,
          line,
          origin,
          due: true,
        })
      }
    })
  }
}

/** Whether collections of a library get art at all. */
export function wantsArt({ settings }: { readonly settings: Settings }): boolean {
  const { collection_art, sync_collection, sync_master, enabled, collections } = settings
  return collection_art && sync_collection && sync_master && enabled && collections !== ''
}

/** The collections of these scenes in one library, by how names are compared. */
export function namesOf(writes: readonly CollectionWrite[]): Map<string, NamedCollection> {
  const named = new Map<string, NamedCollection>()
  for (const { scene, settings } of writes) {
    const rules = rulesOf(settings)
    const cast = castOf(scene, settings, rules)
    const tags = new TagRules(settings, rules)
    for (const one of collectionsOf({ scene, cast, isPermitted: (name) => tags.isPermitted(name) }, settings, rules)) {
      const name = cleanLine(one.name).text
      const key = nameKey(name)
      const before = named.get(key)
      if (name !== '' && (before === undefined || one.line < before.line)) named.set(key, { ...one, name })
    }
  }
  return named
}
