/** Finds the Plex items that play a scene's files: owns path rules, index, picks and the list of libraries. */
import type { RatingKey, SceneFile, SceneId } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type Decision, decide } from './decision.ts'
import type { Library } from './library.ts'
import type { PartIndex } from './part-index.ts'
import { compilePathRules, noPathRules, type PathRules } from './path-rules.ts'
import type { Picks } from './picks.ts'

/** A scene as far as matching looks at it; the id is null if a path alone is asked for. */
export interface Matchable {
  readonly id: SceneId | null
  readonly files: readonly SceneFile[]
}

/** Matching a scene reads the index several times: hooks that come in between must not wait for the whole batch. */
const decisionsPerTurn = 10

export class Matcher {
  readonly index: PartIndex
  readonly picks: Picks
  readonly library: Library
  readonly #settings: () => Settings
  readonly #lookedFor = new Set<SceneId | null>()
  #compiled: { readonly text: string; readonly rules: PathRules } = { text: '', rules: noPathRules }

  constructor(deps: {
    readonly index: PartIndex
    readonly picks: Picks
    readonly library: Library
    readonly settings: () => Settings
  }) {
    this.index = deps.index
    this.picks = deps.picks
    this.library = deps.library
    this.#settings = deps.settings
  }

  /** The path rules of the setting path_map. */
  get rules(): PathRules {
    const text = this.#settings().path_map
    if (this.#compiled.text !== text) {
      const compiled = compilePathRules(text)
      this.#compiled = { text, rules: compiled.ok ? compiled.value : noPathRules }
    }
    return this.#compiled.rules
  }

  /** Takes one scene down the ladder, by the index as it is. */
  match(scene: Matchable): Decision {
    return decide({
      sceneId: scene.id,
      files: scene.files,
      rules: this.rules,
      lookup: this.index,
      sections: this.library.sections,
      picks: this.picks,
      strict: this.#settings().strict_matching,
    })
  }

  /** Decides about all scenes; what is not found for certain is looked for in Plex itself once. */
  async matchAll<S extends Matchable>(scenes: readonly S[], signal: AbortSignal): Promise<Result<Map<S, Decision>>> {
    const ready = await this.library.ready(signal)
    if (!ready.ok) return ready
    const decisions = new Map<S, Decision>()
    for (let from = 0; from < scenes.length; from += decisionsPerTurn) {
      await yieldToEventLoop()
      this.index.readTogether(() => {
        for (const scene of scenes.slice(from, from + decisionsPerTurn)) decisions.set(scene, this.match(scene))
      })
    }
    const isCertain = (scene: S): boolean => decisions.get(scene)?.confidence === 'high'
    const unmatched = (scene: S): readonly string[] => decisions.get(scene)?.unmatched ?? []
    const missed = scenes.filter((scene) => !isCertain(scene))
    const partly = scenes.filter((scene) => isCertain(scene) && unmatched(scene).length > 0)
    if (missed.length > 0) {
      for (const scene of missed) this.#lookedFor.add(scene.id)
      const looked = await this.refreshMissing(
        missed.flatMap((scene) => scene.files.map((file) => file.path)),
        signal,
      )
      for (const scene of missed) this.#lookedFor.delete(scene.id)
      if (!looked.ok) return looked
    }
    if (partly.length > 0) {
      const looked = await this.library.lookForFew(partly.flatMap(unmatched), signal)
      if (!looked.ok) return looked
    }
    for (const scene of [...missed, ...partly]) decisions.set(scene, this.match(scene))
    return ok(decisions)
  }

  /** The scene's files are being looked for in Plex, and it is matched again as soon as that is done. */
  isLookedFor(sceneId: SceneId): boolean {
    return this.#lookedFor.has(sceneId)
  }

  /** Looks in Plex itself for files that the index does not have. */
  refreshMissing(paths: readonly string[], signal: AbortSignal): Promise<Result<void>> {
    return this.library.lookFor(paths, signal)
  }

  /** The item is gone or plays another file by now: the index was stale. */
  forgetItem(ratingKey: RatingKey): void {
    this.index.removeItem(ratingKey)
  }
}
