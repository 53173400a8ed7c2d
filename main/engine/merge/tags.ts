/** Which tags are written, under which names, and which of them become genres. Pure. */
import type { StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { CastMember } from './cast.ts'
import type { DesiredName } from './desired-name.ts'
import type { WrittenRules } from './rules.ts'
import { cleanLine } from './sanitise.ts'
import { nameKey } from './text-equality.ts'

type Tag = StashScene['tags'][number]

/** A tag under the name that it gets in Plex. */
interface RenamedTag {
  readonly name: string
  readonly isGenre: boolean
}

export class TagRules {
  readonly #settings: Settings
  readonly #rules: WrittenRules

  constructor(settings: Settings, rules: WrittenRules) {
    this.#settings = settings
    this.#rules = rules
  }

  /** The tags of the scene, and with `performer_tags` of its cast, renamed and filtered; equal names may repeat. */
  of(scene: StashScene, cast: readonly CastMember[]): RenamedTag[] {
    const all = this.#settings.performer_tags ? [...scene.tags, ...cast.flatMap(({ tags }) => tags ?? [])] : scene.tags
    return all
      .filter(({ name }) => this.isPermitted(name))
      .map((tag) => ({ name: this.#renamed(tag.name), isGenre: this.#isGenre(tag) }))
  }

  /** Those of the written tags that become genres. */
  genres(written: readonly DesiredName[], found: readonly RenamedTag[]): DesiredName[] {
    const keys = new Set(found.filter(({ isGenre }) => isGenre).map(({ name }) => tagKey(name)))
    return written.filter(({ name }) => keys.has(nameKey(name)))
  }

  /** Whether `tag_allow` and `tag_deny` let a tag through; its new name counts where it has one. */
  isPermitted(name: string): boolean {
    const { allowed, denied } = this.#rules
    const key = tagKey(this.#renamed(name))
    return (allowed.size === 0 || allowed.has(key)) && !denied.has(key)
  }

  #renamed(name: string): string {
    return this.#rules.renames.get(tagKey(name)) ?? name
  }

  #isGenre({ name, ancestors }: Tag): boolean {
    const { genreParents } = this.#rules
    return genreParents.size === 0 || [name, ...(ancestors ?? [])].some((one) => genreParents.has(tagKey(one)))
  }
}

/** The key of a tag as Stash spells it. */
export function tagKey(name: string): string {
  return nameKey(cleanLine(name).text)
}
