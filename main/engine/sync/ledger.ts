/** The record of what was done: each batch enters all of the stores in one transaction, before its writes and after them. */
import { isDeepStrictEqual } from 'node:util'
import type { SceneId } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { Listeners } from '../listeners.ts'
import { emptyBase } from '../merge/base.ts'
import { landedBase } from '../merge/landed-base.ts'
import type { Clock } from '../ports.ts'
import type { History } from '../queue/history.ts'
import type { Settlement } from '../queue/job.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { AppliedItem } from './applied.ts'
import type { ItemsInSync } from './items-in-sync.ts'
import type { JobOutcome } from './outcome.ts'
import { partAt } from './ownership.ts'
import type { PlannedItem, ScenePlan } from './scene-plan.ts'
import type { Cover, SceneState } from './scene-state.ts'
import type { SceneStates } from './scene-states.ts'
import { type ItemIdentity, lastWriteOf } from './sync-item.ts'
import type { SyncItems } from './sync-items.ts'
import type { UnknownLocks } from './unknown-locks.ts'

export interface LedgerDeps {
  readonly queue: { readonly jobs: JobStore; readonly history: History }
  readonly states: SceneStates
  readonly items: SyncItems
  readonly inSync: ItemsInSync
  readonly locks: Pick<UnknownLocks, 'note'>
  readonly clock: Clock
}

export class Ledger {
  readonly #deps: LedgerDeps
  readonly #settled = new Listeners<readonly Settlement[]>()

  constructor(deps: LedgerDeps) {
    this.#deps = deps
  }

  /** Calls `listener` with each batch of settled jobs, after its commit. */
  onSettled(listener: (settlements: readonly Settlement[]) => void): () => void {
    return this.#settled.add(listener)
  }

  /**
   * Notes before the first write of a batch what will be ours, so that a crash in between loses no ownership. Returns the
   * scenes whose item another scene has begun to write since they were planned: they have to be planned again.
   */
  begin(plans: readonly ScenePlan[]): ReadonlySet<SceneId> {
    const { queue, items } = this.#deps
    const overtaken = new Set<SceneId>()
    const planned = plans.filter((plan) => plan.kind === 'planned')
    if (planned.every((plan) => plan.items.every((item) => item.plan.edit === null))) return overtaken
    queue.jobs.inTransaction(() => {
      for (const { scene, items: toWrite } of planned) {
        const writers = toWrite.map(({ target }) => items.writerOf(target.ratingKey))
        const isOvertaken = toWrite.some(({ lastWriter }, index) => {
          const writer = writers[index] ?? null
          return writer !== scene.id && writer !== lastWriter
        })
        if (isOvertaken) overtaken.add(scene.id)
        else
          for (const [index, item] of toWrite.entries())
            if (item.plan.edit !== null) this.#beginItem(scene.id, item, writers[index] != null)
      }
    })
    return overtaken
  }

  /** What the last handled state of the scene left behind; null for a scene never seen. */
  known(sceneId: SceneId): SceneState | null {
    return this.#deps.states.get(sceneId)
  }

  /** The covers of these scenes as last seen; scenes never seen are absent. */
  covers(sceneIds: readonly SceneId[]): ReadonlyMap<SceneId, Cover> {
    return this.#deps.states.covers(sceneIds)
  }

  /** Settles the jobs and records what was learned with them. */
  record(outcomes: readonly JobOutcome[]): void {
    const { queue } = this.#deps
    const settlements = outcomes.map(({ settlement }) => settlement)
    queue.jobs.inTransaction(() => {
      queue.jobs.settle(settlements)
      queue.history.note(settlements)
      for (const outcome of outcomes) this.#recordScene(outcome)
    })
    this.#settled.send(settlements)
  }

  /** Settles jobs that concern no single scene. */
  settle(settlements: readonly Settlement[]): void {
    const { queue } = this.#deps
    queue.jobs.inTransaction(() => {
      queue.jobs.settle(settlements)
      queue.history.note(settlements)
    })
    this.#settled.send(settlements)
  }

  /** Forgets a scene that Stash destroyed. Plex is left alone. */
  sceneDestroyed(sceneId: SceneId): void {
    const { states, items, queue } = this.#deps
    states.drop(sceneId)
    items.dropScene(sceneId)
    // A job in progress will record what it did; another one after it finds the scene gone and forgets that too.
    if (queue.jobs.isQueued('scene', sceneId))
      queue.jobs.enqueue({ kind: 'scene', subjectId: sceneId, fields: null, origin: 'hook' }, 0)
  }

  #beginItem(sceneId: SceneId, { target, plan, item, record }: PlannedItem, isStored: boolean): void {
    const { items } = this.#deps
    // What is stored under this key belongs to another film.
    if (record === null && isStored) items.drop(target.ratingKey)
    const base = landedBase(record?.base ?? emptyBase, record?.pending ?? null, item)
    items.writeBegins(identityOf(sceneId, { target, item }), base, plan.after)
  }

  #recordScene({ settlement, handled, applied }: JobOutcome): void {
    const { states, items, clock } = this.#deps
    const sceneId = settlement.job.subjectId
    const now = clock.now()
    for (const item of applied?.items ?? []) this.#recordItem(sceneId, item, now)
    const cover = applied?.cover ?? null
    if (handled !== null) states.handled(handled.scene, handled.handling, cover, now)
    if (settlement.kind === 'retry' && classOf(settlement.code) === 'not_found') states.itemGone(sceneId)
    if (settlement.kind === 'done' && settlement.outcome === 'scene_gone') {
      states.drop(sceneId)
      items.dropScene(sceneId)
    }
  }

  #recordItem(sceneId: SceneId, applied: AppliedItem, now: number): void {
    const { items, inSync, locks } = this.#deps
    const { target, record, item, key, rules } = applied.planned
    const wrote = applied.changes.length > 0
    if (!wrote && applied.fault !== null) return
    if (applied.fault !== null) inSync.drop(target.ratingKey)
    else inSync.note(target, key, wrote ? null : item.updatedAt, rules)
    locks.note(applied.planned, { item, base: applied.base, pending: null })
    if (record === null && applied.planned.plan.edit === null) items.drop(target.ratingKey)
    items.record(
      {
        ...identityOf(sceneId, applied.planned),
        base: applied.base,
        kept: applied.kept,
        refused: applied.refused,
        posterShown: applied.posterShown,
      },
      wrote
        ? { lastWrite: lastWriteOf(applied.changes, record?.base ?? emptyBase, applied.former), writtenAt: now }
        : null,
      // What was compared just now and needs no write is verified by that.
      wrote && !isRepetition(applied) ? null : now,
    )
  }
}

function identityOf(sceneId: SceneId, { target, item }: Pick<PlannedItem, 'target' | 'item'>): ItemIdentity {
  const { ratingKey, sectionId, file } = target
  const { size = null, duration = null } = partAt(item, file) ?? {}
  return { ratingKey, sceneId, sectionId, file, size, duration }
}

/**
 * The very write that was read back before, because Plex had not shown it. Reading it back again would find the same and
 * write it again, without end: a value that Plex does not take is left after the second try.
 */
function isRepetition({ planned: { record }, changes }: AppliedItem): boolean {
  return record?.verifiedAt != null && isDeepStrictEqual(record.lastWrite?.changes, changes)
}
