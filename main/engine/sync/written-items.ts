/** Compares written items with settings: which of them would look different, and which only carry other rules. */
import type { StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Target } from '../match/decision.ts'
import { posterRules } from '../posters/recipe.ts'
import type { DesiredValues } from './desired-values.ts'
import { desiredKey, type ItemsInSync } from './items-in-sync.ts'
import type { RulesHistory } from './rules-history.ts'
import type { PlannedItem } from './scene-plan.ts'

export interface WrittenItemsDeps {
  readonly desired: DesiredValues
  readonly inSync: ItemsInSync
  readonly rules: RulesHistory
}

export class WrittenItems {
  readonly #deps: WrittenItemsDeps

  constructor(deps: WrittenItemsDeps) {
    this.#deps = deps
  }

  /** Whether the item is written under these settings and was in sync under others, with another result. */
  differs(scene: StashScene, target: Target, settings: Settings): boolean {
    const { desired, inSync } = this.#deps
    const outcome = desired.of(scene, settings)
    if (outcome.kind !== 'wanted') return false
    const known = inSync.get(target.ratingKey, target.file)
    if (known === null) return true
    return known.wanted !== desiredKey(outcome.wanted, settings) || this.#hasOtherPosters(known.rules, settings)
  }

  /** The plan with the poster that it would change: plans are of fields, and pictures are decided when they are written. */
  withPoster(item: PlannedItem): PlannedItem {
    const { target, settings, plan, record } = item
    const known = this.#deps.inSync.get(target.ratingKey, target.file)
    const isOurs = record?.base.poster !== undefined || settings.poster_from_group
    if (!isOurs || known === null || !this.#hasOtherPosters(known.rules, settings)) return item
    const poster = { field: 'poster' as const, before: item.item.thumb || null, after: 'cover of the scene' }
    return { ...item, plan: { ...plan, changes: [...plan.changes, poster] } }
  }

  /** Notes an item that looks the same as in sync under the rules in force. */
  restamp(target: Target): void {
    const { desired, inSync, rules } = this.#deps
    const known = inSync.get(target.ratingKey, target.file)
    const id = rules.idOf(desired.settingsFor(target.sectionId))
    if (known !== null && known.rules !== id) inSync.underRules(target.ratingKey, id)
  }

  /** Posters look different under these settings than under those by which the item was written. */
  #hasOtherPosters(rules: string | null, settings: Settings): boolean {
    if (rules === null || !settings.sync_poster) return false
    const former = this.#deps.rules.settingsOf(rules, settings)
    return former !== null && posterRules(former) !== posterRules(settings)
  }
}
