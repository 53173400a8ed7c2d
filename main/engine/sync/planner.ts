/**
 * From scenes as Stash has them to plans: desired values, match, the items as Plex has them, ownership, three-way merge.
 * Writes nothing, so a dry run is a plan that is not carried out.
 */

import { decline } from '../../../shared/decline.ts'
import type { RatingKey, SceneId, StashScene } from '../../../shared/domain.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Matcher } from '../match/matcher.ts'
import type { PlexClient } from '../plex/client.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import { type Aims, planFor } from './aims.ts'
import type { SettingsFor } from './desired-values.ts'
import { claimsOf, type Found, matchAndRead, playing, type Subject } from './found-items.ts'
import type { Claim, Ownership } from './ownership.ts'
import { type PlannedItem, type ScenePlan, unwritten } from './scene-plan.ts'

export interface PlannerDeps {
  readonly plex: Pick<PlexClient, 'items'>
  readonly matcher: Matcher
  readonly aims: Aims
  readonly ownership: Ownership
}

interface Writers {
  /** Which scene writes an item, of this batch or an earlier one; planning a scene adds it. */
  readonly writers: Map<RatingKey, SceneId>
  /** Which scene had written it before. */
  readonly lastWriters: ReadonlyMap<RatingKey, SceneId | null>
}

interface PlanningWishes {
  readonly settingsFor: SettingsFor
  /** Scenes for which Plex is offered again what it has refused. */
  readonly askAgain: ReadonlySet<SceneId>
}

export class Planner {
  readonly #deps: PlannerDeps

  constructor(deps: PlannerDeps) {
    this.#deps = deps
  }

  /**
   * Plans for all scenes, in their order. A fault is one of a server: it concerns them all.
   *
   * @param settingsFor the settings to plan by, in place of those in force.
   * @param askAgain scenes for which Plex is offered again what it has refused.
   */
  async plan(
    scenes: readonly StashScene[],
    signal: AbortSignal,
    settingsFor: SettingsFor = this.#deps.aims.settingsFor,
    askAgain: ReadonlySet<SceneId> = new Set(),
  ): Promise<Result<ScenePlan[]>> {
    const { subjects, plans } = this.#wanted(scenes, settingsFor)
    if (subjects.length > 0) {
      const found = await matchAndRead(subjects, this.#deps, signal)
      if (!found.ok) return found
      // Reading fifty items took its time. Who owns an item must still be true when it is planned.
      await yieldToEventLoop()
      const claims = subjects.flatMap((subject) => claimsOf(subject, found.value))
      const writers = await this.#writersOf(claims, signal)
      if (!writers.ok) return writers
      for (const plan of this.#planAll(subjects, claims, { ...found.value, ...writers.value, settingsFor, askAgain }))
        plans.set(plan.scene.id, plan)
    }
    return ok(scenes.flatMap((scene) => plans.get(scene.id) ?? []))
  }

  /** The settings in force for a library. */
  get settingsFor(): SettingsFor {
    return this.#deps.aims.settingsFor
  }

  /** Scenes that were written and have no metadata now: a sync takes back what was written for them. */
  emptied(scenes: readonly StashScene[]): StashScene[] {
    return scenes.filter((scene) => this.#deps.aims.isEmptied(scene))
  }

  /** The scenes that some library wants; those that none wants have their plan already. */
  #wanted(
    scenes: readonly StashScene[],
    settingsFor: SettingsFor,
  ): { subjects: Subject[]; plans: Map<SceneId, ScenePlan> } {
    const plans = new Map<SceneId, ScenePlan>()
    const everywhere = [...new Set(this.#bySection(settingsFor).values())]
    const subjects = scenes.flatMap((scene): Subject[] => {
      const outcomes = everywhere.map((settings) => this.#deps.aims.desired(scene, settings))
      const [outcome] = outcomes
      if (outcome === undefined || outcome.kind === 'wanted' || outcomes.some(({ kind }) => kind === 'wanted'))
        return [{ id: scene.id, files: scene.files, scene }]
      plans.set(scene.id, unwritten(scene, null, outcome))
      return []
    })
    return { subjects, plans }
  }

  /** Who writes the claimed items by now. */
  async #writersOf(claims: readonly Claim[], signal: AbortSignal): Promise<Result<Writers>> {
    const { ownership, matcher } = this.#deps
    // As they are before the owners are read: a writer that begins after this has overtaken the plan.
    const lastWriters = matcher.index.readTogether(
      () => new Map(claims.map(({ item }) => [item.ratingKey, ownership.lastWriter(item.ratingKey)])),
    )
    const taken = await ownership.taken(claims, signal)
    if (!taken.ok) return taken
    const writers = new Map([...taken.value].map(([claim, rival]) => [claim.item.ratingKey, rival]))
    return ok({ writers, lastWriters })
  }

  #planAll(
    subjects: readonly Subject[],
    claims: readonly Claim[],
    { settingsFor, ...known }: Found & Writers & PlanningWishes,
  ): ScenePlan[] {
    const { aims, ownership, matcher } = this.#deps
    // The libraries are known for certain only now.
    const bySection = this.#bySection(settingsFor)
    for (const settings of bySection.values()) aims.note(settings)
    const input = { ...known, settingsFor: (id: string | null) => bySection.get(id) ?? settingsFor(id) }
    return matcher.index.readTogether(() => {
      for (const claim of claims) if (ownership.isPicked(claim)) known.writers.set(claim.item.ratingKey, claim.scene.id)
      return subjects.map((subject) => this.#planScene(subject, input))
    })
  }

  #planScene(
    subject: Subject,
    { decisions, items, writers, lastWriters, settingsFor, askAgain }: Found & Writers & PlanningWishes,
  ): ScenePlan {
    const { scene } = subject
    const decision = decisions.get(subject) ?? null
    const failed = (fault: Fault): ScenePlan => ({
      kind: 'failed',
      scene,
      decision,
      fault,
      candidates: decision?.candidates ?? [],
    })
    if (decision === null || decision.fault !== null)
      return failed(
        fail(decision?.fault ?? 'not_in_plex', decision?.message ?? '', { step: decision?.steps.at(-1) }).fault,
      )

    const { aims, ownership } = this.#deps
    const planned: PlannedItem[] = []
    /** Why an item is not written, although the scene has one. */
    let heldBack: ScenePlan | null = null
    for (const target of decision.targets) {
      // The last guard before a write: the item, as Plex has it now, must still play this very file.
      const item = playing(items, target)
      if (item === null) continue
      const aimed = aims.at(target, scene, settingsFor(target.sectionId))
      if (aimed.kind !== 'aim') {
        heldBack ??= unwritten(scene, decision, aimed)
        continue
      }
      const writer = writers.get(target.ratingKey)
      if (writer !== undefined && writer !== scene.id)
        return failed(
          decline('item_taken', {
            code: 'item_taken',
            values: { scene: writer, rating_key: String(target.ratingKey), file: target.file },
          }).fault,
        )
      writers.set(target.ratingKey, scene.id)
      const record = ownership.recordOf(scene.id, item)
      planned.push({
        ...aimed.aim,
        item,
        record,
        lastWriter: lastWriters.get(target.ratingKey) ?? null,
        plan: planFor(aimed.aim, item, askAgain.has(scene.id) && record !== null ? { ...record, refused: {} } : record),
      })
    }
    if (planned.length > 0) return { kind: 'planned', scene, decision, items: planned }
    if (heldBack !== null) return heldBack
    const path = scene.files[0]?.path ?? ''
    return failed(decline('item_gone', { code: 'item_gone', values: { path } }).fault)
  }

  /** The settings of each library, looked up once for all scenes. */
  #bySection(settingsFor: SettingsFor): ReadonlyMap<string | null, Settings> {
    const ids = [null, ...this.#deps.matcher.library.sections.map(({ id }) => id)]
    return new Map(ids.map((id) => [id, settingsFor(id)]))
  }
}
