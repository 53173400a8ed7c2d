/** The performers that are written, under the names that they get. Pure. */
import type { StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { WrittenRules } from './rules.ts'

export type CastMember = StashScene['performers'][number]

/** In Stash's order. Performers without a gender are left out while genders are chosen. */
export function castOf(scene: StashScene, settings: Settings, { genders }: WrittenRules): CastMember[] {
  const chosen = scene.performers.filter(({ gender }) => genders.size === 0 || genders.has(gender ?? ''))
  if (!settings.performer_disambiguation) return chosen
  return chosen.map((performer) => {
    const more = performer.disambiguation?.trim() ?? ''
    return more === '' ? performer : { ...performer, name: `${performer.name} (${more})` }
  })
}
