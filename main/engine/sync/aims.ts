/**
 * What an item should look like for a scene, and what that takes. Planner and comparison both ask here, so a gap that a
 * comparison shows is exactly what a sync would write.
 */
import type { PlexItem, StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Target } from '../match/decision.ts'
import type { Desired, WantedOutcome } from '../merge/desired.ts'
import type { ItemPlan } from '../merge/item-plan.ts'
import { planItem } from '../merge/plan.ts'
import { posterRules } from '../posters/recipe.ts'
import type { DesiredValues, SettingsFor } from './desired-values.ts'
import { desiredKey, type InSync } from './items-in-sync.ts'
import type { Ownership } from './ownership.ts'
import type { RulesHistory } from './rules-history.ts'
import type { SyncItem } from './sync-item.ts'

export interface AimsDeps {
  readonly desired: DesiredValues
  readonly rules: Pick<RulesHistory, 'idOf' | 'settingsOf'>
  readonly ownership: Pick<Ownership, 'hasWritten'>
}

/** An item and what it should look like. */
export interface Aim {
  readonly target: Target
  readonly wanted: Desired
  /** Those of the item's library. */
  readonly settings: Settings
  /** Of the desired values under these settings (`desiredKey`), and of the settings themselves. */
  readonly key: string
  readonly rules: string
}

export type Unwanted = Exclude<WantedOutcome, { kind: 'wanted' }>

export class Aims {
  readonly #deps: AimsDeps

  constructor(deps: AimsDeps) {
    this.#deps = deps
  }

  /** The settings in force for a library. */
  get settingsFor(): SettingsFor {
    return this.#deps.desired.settingsFor
  }

  /** Enters the settings into the history of rules: an aim by them writes nothing afterwards. */
  note(settings: Settings): void {
    this.#deps.rules.idOf(settings)
  }

  /** The wanted values under these settings. A scene that was written and is empty now has what was written taken back. */
  desired(scene: StashScene, settings: Settings): WantedOutcome {
    const outcome = this.#deps.desired.of(scene, settings)
    return isEmpty(outcome) && this.#deps.ownership.hasWritten(scene.id)
      ? this.#deps.desired.of(scene, settings, { evenEmpty: true })
      : outcome
  }

  /** The scene was written and has no metadata now. */
  isEmptied(scene: StashScene): boolean {
    const { desired, ownership } = this.#deps
    return isEmpty(desired.of(scene, desired.settingsFor(null))) && ownership.hasWritten(scene.id)
  }

  /** The aim at one item, or why the scene is not written to it. */
  at(target: Target, scene: StashScene, settings: Settings): { readonly kind: 'aim'; readonly aim: Aim } | Unwanted {
    const outcome = this.desired(scene, settings)
    return outcome.kind === 'wanted' ? { kind: 'aim', aim: this.#aim(target, outcome.wanted, settings) } : outcome
  }

  /**
   * The aim by the settings under which the item was in sync last, where nothing but settings differs since then: such an
   * item waits for a rewrite. Null if Stash or Plex has changed too, or where nothing is known; `same` where the
   * settings differ without making a difference to this item.
   */
  underFormerRules(
    { target, settings, key, rules }: Aim,
    scene: StashScene,
    known: InSync | null,
  ): Aim | 'same' | null {
    if (known?.rules == null || known.rules === rules) return null
    const former = this.#deps.rules.settingsOf(known.rules, settings)
    const outcome = former === null ? null : this.#deps.desired.of(scene, former)
    if (former === null || outcome?.kind !== 'wanted') return null
    const aim = this.#aim(target, outcome.wanted, former)
    if (aim.key !== known.wanted) return null
    return aim.key === key && posterRules(former) === posterRules(settings) ? 'same' : aim
  }

  #aim(target: Target, wanted: Desired, settings: Settings): Aim {
    return { target, wanted, settings, key: desiredKey(wanted, settings), rules: this.#deps.rules.idOf(settings) }
  }
}

/** What the item needs, by the three-way merge. An item is in sync with its scene when the plan has no changes. */
export function planFor(
  { wanted, settings }: Pick<Aim, 'wanted' | 'settings'>,
  item: PlexItem,
  record: (Pick<SyncItem, 'base' | 'pending'> & Partial<Pick<SyncItem, 'refused'>>) | null,
): ItemPlan {
  const { base = null, pending = null, refused = {} } = record ?? {}
  return planItem({ wanted, item, base, pending, settings, refused })
}

function isEmpty(outcome: WantedOutcome): boolean {
  return outcome.kind === 'skipped' && outcome.reason === 'no_metadata'
}
