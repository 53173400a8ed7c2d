/** The collections that a scene goes into, by the lines of the setting. Pure. */
import type { StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type CollectionLine, ratingName } from '../../../shared/written/collections.ts'
import { fillTemplate } from '../../../shared/written/template.ts'
import type { CastMember } from './cast.ts'
import type { WrittenRules } from './rules.ts'
import { cleanLine } from './sanitise.ts'
import { tagKey } from './tags.ts'
import { nameKey } from './text-equality.ts'

/** A thing of Stash that a collection is named after; null for those that are none, such as a rating. */
export interface CollectionOrigin {
  readonly kind: 'studio' | 'group' | 'performer' | 'tag'
  readonly id: string
}

export interface NamedCollection {
  readonly name: string
  readonly origin: CollectionOrigin | null
  /** Which line of the setting it comes from; the first one counts where a name repeats. */
  readonly line: number
}

type Source = Omit<NamedCollection, 'line'>

/** What the names of collections come from. */
export interface CollectionInput {
  readonly scene: StashScene
  readonly cast: readonly CastMember[]
  /** Whether a tag may be written at all; binds only lines for all tags. */
  readonly isPermitted: (tag: string) => boolean
}

/** In the order of the lines; a name may repeat, and then the first one is the source of art and summary. */
export function collectionsOf(
  input: CollectionInput,
  settings: Pick<Settings, 'collection_min_scenes'>,
  rules: WrittenRules,
): NamedCollection[] {
  return rules.collections.flatMap((line, at) =>
    sourcesOf(line, input, settings.collection_min_scenes)
      .map(({ name, origin }) => ({ name: cleanLine(name).text === '' ? '' : name, origin }))
      .filter(({ name }) => name !== '')
      .map(({ name, origin }) => ({ name: fillTemplate(line.name, () => name), origin, line: at })),
  )
}

function sourcesOf(line: CollectionLine, { scene, cast, isPermitted }: CollectionInput, minimum: number): Source[] {
  const { studio } = scene
  const isLarge = ({ sceneCount }: { readonly sceneCount?: number }) => minimum <= 1 || (sceneCount ?? 0) >= minimum
  const own = studio === null ? [] : [{ name: studio.name, origin: originOf('studio', studio.id) }]
  const parent =
    studio === null || !studio.parentName
      ? []
      : [{ name: studio.parentName, origin: studio.parentId ? originOf('studio', studio.parentId) : null }]
  switch (line.source) {
    case 'studio':
      return own
    case 'parent_studio':
      return parent
    case 'parent_studio or studio':
      return parent.length > 0 ? parent : own
    case 'group':
      return (scene.groups ?? []).map(({ id, name }) => ({ name, origin: originOf('group', id) }))
    case 'performer':
      return cast.filter(isLarge).map(({ id, name }) => ({ name, origin: originOf('performer', id) }))
    case 'tag': {
      const chosen = line.tags === null ? null : new Set(line.tags.map(nameKey))
      return scene.tags
        .filter(({ name }) => (chosen === null ? isPermitted(name) : chosen.has(tagKey(name))))
        .filter(isLarge)
        .map(({ id, name }) => ({ name, origin: originOf('tag', id) }))
    }
    case 'organized':
      return scene.organized ? [{ name: 'Organized', origin: null }] : []
    case 'rating': {
      const name = ratingName(scene.rating100)
      return name === null ? [] : [{ name, origin: null }]
    }
  }
}

function originOf(kind: CollectionOrigin['kind'], id: string): CollectionOrigin {
  return { kind, id }
}
