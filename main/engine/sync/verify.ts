/**
 * The last step of a sync: some time after a write the item is read again, fifty at a time, and compared with what was
 * written. Plex shows tag edits late, so never immediately; a difference is planned again like any change.
 */

import { type Change, listFields, type PlexItem, type SceneId, scalarFields } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { sameScalar, scalarOf, taggingsOf } from '../merge/plex-fields.ts'
import { nameKey } from '../merge/text-equality.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock, Logger } from '../ports.ts'
import type { ServerFacts } from '../servers/server-facts.ts'
import type { ItemsInSync } from './items-in-sync.ts'
import type { Ownership } from './ownership.ts'
import type { SyncItem } from './sync-item.ts'
import type { SyncItems } from './sync-items.ts'
import { workerLines } from './worker-log.ts'

const settleMs = 30_000
const itemsPerRequest = 50

export interface VerificationDeps {
  readonly plex: Pick<PlexClient, 'items'>
  readonly ownership: Pick<Ownership, 'recordOf'>
  readonly items: SyncItems
  readonly inSync: ItemsInSync
  readonly clock: Clock
  readonly logger: Logger
  readonly facts: Pick<ServerFacts, 'readBack'>
}

export interface Verified {
  /** How many items were looked at. */
  readonly looked: number
  /** Scenes whose item does not show what was written, or is gone: they are to be planned again. */
  readonly differing: readonly SceneId[]
}

export class Verification {
  readonly #deps: VerificationDeps

  constructor(deps: VerificationDeps) {
    this.#deps = deps
  }

  /** Verifies what is due, with one request for up to fifty items. */
  async verifyDue(signal: AbortSignal): Promise<Result<Verified>> {
    const { plex, items, clock } = this.#deps
    const due = items.unverified(clock.now() - settleMs, itemsPerRequest)
    if (due.length === 0) return ok({ looked: 0, differing: [] })
    const read = await plex.items(
      due.map((item) => item.ratingKey),
      signal,
    )
    if (!read.ok) return read
    const differing = due.filter((written) => !this.#isShown(written, read.value.get(written.ratingKey)))
    return ok({ looked: due.length, differing: differing.map(({ sceneId }) => sceneId) })
  }

  #isShown(written: SyncItem, item: PlexItem | undefined): boolean {
    const { ownership, items, inSync, facts, clock, logger } = this.#deps
    const { sceneId, ratingKey } = written
    const isOurs = item !== undefined && ownership.recordOf(sceneId, item) !== null
    // Marked in any case: a difference is followed up once, and an item that will not take a value is not asked without end.
    items.markVerified(written, clock.now())
    // Its own write may have given the poster another address.
    if (isOurs && written.base.poster !== undefined) items.posterJudged(ratingKey, item.thumb)
    const differing = isOurs ? differingFields(item, written) : []
    if (isOurs) facts.readBack(differing)
    if (isOurs && differing.length === 0) {
      inSync.verified(ratingKey, item.updatedAt)
      return true
    }
    inSync.drop(ratingKey)
    // Gone, or another film has its key: the scene is matched again, and its file found wherever it is now.
    const template = isOurs ? workerLines.notShown : workerLines.fileGone
    logger.log(...template({ item: ratingKey, scene: sceneId }), { sceneId })
    return false
  }
}

/**
 * Fields that the last write changed and the item does not show so. Not the whole base: that also holds names which the user
 * has taken out since, and values that Plex leaves out where they equal another one.
 */
function differingFields(item: PlexItem, written: SyncItem): string[] {
  return (written.lastWrite?.changes ?? []).filter((change) => !showsChange(item, change)).map(({ field }) => field)
}

/** Whether an item shows a change that was written. Images are not compared: an item does not say which one it shows. */
export function showsChange(item: PlexItem, { field, before, after }: Change): boolean {
  if (isOneOf(scalarFields, field)) {
    const shown = scalarOf(item, field)
    // Plex leaves out a sort title that equals the title.
    if (field === 'title_sort' && shown === '') return true
    return sameScalar(field, typeof after === 'string' ? after : '', shown)
  }
  if (!isOneOf(listFields, field)) return true
  const shown = new Set(taggingsOf(item, field).map(({ name }) => nameKey(name)))
  const wanted = new Set(names(after).map(nameKey))
  return (
    [...wanted].every((key) => shown.has(key)) &&
    names(before).every((name) => wanted.has(nameKey(name)) || !shown.has(nameKey(name)))
  )
}

function names(value: Change['before']): readonly string[] {
  return Array.isArray(value) ? value : []
}

function isOneOf<T extends string>(list: readonly T[], field: string): field is T {
  return list.some((known) => known === field)
}
