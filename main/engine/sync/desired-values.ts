/** What scenes should look like in Plex, by the settings as they are and by what the way to Plex takes. */
import type { StashScene } from '../../../shared/domain.ts'
import type { Settings } from '../../../shared/settings.ts'
import { desiredOf, type WantedOutcome } from '../merge/desired.ts'
import type { RequestLimit } from './request-limit.ts'

/** The settings in force for a library of Plex, by its section; null stands for none in particular. */
export type SettingsFor = (sectionId: string | null) => Settings

export class DesiredValues {
  readonly settingsFor: SettingsFor
  readonly #requestLimit: RequestLimit
  /** What is wanted depends on nothing else, and a plan asks for it several times. */
  readonly #known = new WeakMap<StashScene, Map<Settings, WantedOutcome>>()

  constructor(settingsFor: SettingsFor, requestLimit: RequestLimit) {
    this.settingsFor = settingsFor
    this.#requestLimit = requestLimit
  }

  /**
   * The wanted values, or why there are none; `evenEmpty` for a scene that was written and has no metadata any more. A
   * summary that the way to Plex refuses is cut before it is compared.
   */
  of(
    scene: StashScene,
    settings: Settings,
    { evenEmpty = false }: { readonly evenEmpty?: boolean } = {},
  ): WantedOutcome {
    const outcome = evenEmpty
      ? desiredOf(scene, settings, (id) => photoOf(settings, id), true)
      : this.#uncut(scene, settings)
    if (outcome.kind !== 'wanted' || outcome.wanted.scalars.summary === undefined) return outcome
    const { wanted } = outcome
    const summary = this.#requestLimit.fit(outcome.wanted.scalars.summary)
    return { kind: 'wanted', wanted: { ...wanted, scalars: { ...wanted.scalars, summary } } }
  }

  #uncut(scene: StashScene, settings: Settings): WantedOutcome {
    const ofScene = this.#known.get(scene) ?? new Map<Settings, WantedOutcome>()
    const outcome = ofScene.get(settings) ?? desiredOf(scene, settings, (id) => photoOf(settings, id))
    ofScene.set(settings, outcome)
    this.#known.set(scene, ofScene)
    return outcome
  }
}

/** Plex hands the address to every client: only if Stash needs no key is there one to give. */
function photoOf({ stash_url, stash_api_key }: Settings, performerId: string): string | null {
  return stash_api_key === '' ? `${stash_url}/performer/${performerId}/image` : null
}
