/**
 * From lists of performers, studios, tags or groups to jobs for those that were renamed, merged or deleted. A moved stamp
 * alone enqueues nothing, only a value that is written. What the list says is kept when the job has spread it to the
 * scenes (`fan-out.ts`), so that a hook and the probe do not spread the same change twice.
 */

import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Logger } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { CarriedEntity, ProbeReading } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import type { CarriedKind } from '../stash/queries.ts'
import { needsOf, sceneNeeds } from '../stash/scene-needs.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { Enqueued } from './changed-scenes.ts'
import { hearingLines } from './hearing-log.ts'
import { isBelievable } from './losses.ts'
import { carriedKinds, type KnownKinds, knownKind } from './probe-news.ts'
import { type EntityValue, entityText, entityValue, type ProbeState } from './probe-state.ts'

export interface EntityNewsDeps {
  readonly stash: Pick<StashClient, 'now' | 'entities'>
  readonly probeState: ProbeState
  readonly store: JobStore
  readonly settings: () => Settings
  /** Those of libraries that have their own. */
  readonly librarySettings: () => readonly Settings[]
  readonly logger: Logger
}

const sliceSize = 200

type End = 'enqueued' | 'known' | 'in_progress'

export class EntityNews {
  readonly #deps: EntityNewsDeps
  /** The needs for which the lists hold all values. */
  #completeFor = ''

  constructor(deps: EntityNewsDeps) {
    this.#deps = deps
  }

  /** Reads these lists, or all of them, and returns how many jobs it enqueued. `before` is what the last probe said. */
  async read(
    lists: readonly CarriedKind[] | 'all',
    reading: ProbeReading,
    before: KnownKinds,
    signal: AbortSignal,
  ): Promise<Result<number>> {
    const { probeState, stash } = this.#deps
    let enqueued = 0
    for (const kind of lists === 'all' ? carriedKinds : lists) {
      const read = await this.#readList(kind, before[kind] === undefined, signal)
      if (!read.ok) return read
      enqueued += read.value.enqueued
      const { isOpen } = read.value
      probeState.saveKind(
        kind,
        knownKind(reading[kind], { stashNow: stash.now(), highestId: 0, accounted: null, isOpen }),
      )
    }
    return ok(enqueued)
  }

  /**
   * Kinds whose kept list lacks a value that is needed by now: read before it changes, or the change is missed. Looked for
   * until nothing is lacking, and again when settings need something else: what is read then is complete.
   */
  incomplete(): readonly CarriedKind[] {
    const { performerTags, groupImages } = sceneNeeds(this.#everywhere())
    const key = JSON.stringify({ performerTags, groupImages })
    if (key === this.#completeFor) return []
    const { probeState } = this.#deps
    const lacking: CarriedKind[] = []
    if (performerTags && probeState.lacks('performer', 'tags')) lacking.push('performer')
    if (groupImages && probeState.lacks('group', 'image')) lacking.push('group')
    if (lacking.length === 0) this.#completeFor = key
    return lacking
  }

  /** Reads one list and enqueues a job for each that changed. @param isFirst nothing is known yet: the list is only noted. */
  async #readList(kind: CarriedKind, isFirst: boolean, signal: AbortSignal): Promise<Result<Enqueued>> {
    const { stash, probeState, store } = this.#deps
    const read = await stash.entities(kind, signal)
    if (!read.ok) return read
    const kept = probeState.entities(kind)
    const vanished = new Set(kept.keys())
    const ends: End[] = []
    for (let from = 0; from < read.value.length; from += sliceSize) {
      store.inTransaction(() => {
        for (const entity of read.value.slice(from, from + sliceSize)) {
          vanished.delete(entity.id)
          ends.push(this.#compare(kind, entity, kept.get(entity.id), isFirst))
        }
      })
      await yieldToEventLoop()
    }
    ends.push(...this.#forget(kind, [...vanished], kept.size))
    return ok({
      enqueued: ends.filter((end) => end === 'enqueued').length,
      isOpen: ends.includes('in_progress'),
    })
  }

  #compare(kind: CarriedKind, entity: CarriedEntity, before: string | undefined, isFirst: boolean): End {
    if (before === entityText(entity)) return 'known'
    // One that is new to us is carried by no scene that was not bumped when it got it.
    if (
      isFirst ||
      before === undefined ||
      !this.#everywhere().some((one) => isWritten(kind, entityValue(before), entity, one))
    ) {
      this.#deps.probeState.saveEntity(kind, entity)
      return 'known'
    }
    return this.#enqueue(kind, entity.id)
  }

  #forget(kind: CarriedKind, ids: readonly string[], known: number): End[] {
    const { probeState, store, logger } = this.#deps
    if (ids.length === 0) return []
    if (!isBelievable(ids.length, known)) {
      logger.log(...hearingLines.entitiesLost({ lost: ids.length, known, kind }))
      return []
    }
    return store.inTransaction(() =>
      ids.map((id): End => {
        if (this.#everywhere().some((one) => isSynced(kind, one))) return this.#enqueue(kind, id)
        probeState.dropEntity(kind, id)
        return 'known'
      }),
    )
  }

  /** A waiting job reads the newest value when its time comes; one in progress may have read an older one. */
  #enqueue(kind: CarriedKind, id: string): End {
    const { store } = this.#deps
    if (store.isQueued(kind, id)) return store.isInProgress(kind, id) ? 'in_progress' : 'known'
    store.enqueue({ kind, subjectId: id, fields: null, origin: 'sweep' }, 0)
    return 'enqueued'
  }

  /** The settings in force in some library. */
  #everywhere(): readonly Settings[] {
    const { settings, librarySettings } = this.#deps
    return [settings(), ...librarySettings()]
  }
}

function isSynced(kind: CarriedKind, settings: Settings): boolean {
  if (!settings.sync_master) return false
  const needs = needsOf(settings)
  switch (kind) {
    case 'performer':
      return settings.sync_performers || needs.performers || needs.performerTags
    case 'studio':
      return settings.sync_studio || settings.sync_collection || needs.studio
    case 'tag':
      return settings.sync_tags || needs.tags || needs.performerTags
    case 'group':
      return needs.groups
  }
}

/** Whether the difference is one that can be written under these settings. */
export function isWritten(
  kind: CarriedKind,
  before: EntityValue,
  after: Omit<CarriedEntity, 'id'>,
  settings: Settings,
): boolean {
  if (!isSynced(kind, settings)) return false
  if (before.name !== after.name) return true
  const needs = needsOf(settings)
  const hasOtherParents = String(before.parents) !== String(after.parents)
  switch (kind) {
    case 'performer':
      return (
        (needs.disambiguation && before.disambiguation !== after.disambiguation) ||
        (needs.gender && before.gender !== after.gender) ||
        (needs.performerTags && isOther(before.tags, after.tags))
      )
    case 'studio':
      return needs.parentStudio && hasOtherParents
    case 'tag':
      return needs.tagParents && hasOtherParents
    case 'group':
      return needs.groupImages && isOther(before.image, after.image)
  }
}

/** A value that was not read, because no setting needed it then, proves nothing. */
function isOther(before: unknown, after: unknown): boolean {
  return before !== undefined && after !== undefined && String(before) !== String(after)
}
