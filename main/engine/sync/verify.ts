/**
 * The last step of a sync: some time after a write the item is read again, fifty at a time, and compared with what was
 * written. Plex shows tag edits late, so never immediately; a difference is planned again like any change.
 */

import { type Change, listFields, type PlexItem, type SceneId, scalarFields } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { sameScalar, scalarOf, taggingsOf } from '../merge/plex-fields.ts'
import { nameKey } from '../merge/text-equality.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Ports } from '../ports.ts'
import type { ItemsInSync } from './items-in-sync.ts'
import type { Ownership } from './ownership.ts'
import type { SyncItem } from './sync-item.ts'
import type { SyncItems } from './sync-items.ts'
import { workerLines } from './worker-log.ts'

const settleMs = 30_000
const itemsPerRequest = 50

export interface VerifyDeps {
  readonly plex: Pick<PlexClient, 'items'>
  readonly ownership: Pick<Ownership, 'recordOf'>
  readonly items: SyncItems
  readonly inSync: ItemsInSync
  readonly ports: Pick<Ports, 'clock' | 'logger'>
  readonly enqueue: (sceneId: SceneId) => void
  /** Told of each item that was read back, with the fields that it does not show as written. */
  readonly onReadBack: (differing: readonly string[]) => void
}

/** Verifies what is due; one request for up to fifty items. Returns how many were looked at. */
export async function verifyWrites(deps: VerifyDeps, signal: AbortSignal): Promise<Result<number>> {
  const due = deps.items.unverified(deps.ports.clock.now() - settleMs, itemsPerRequest)
  if (due.length === 0) return ok(0)
  const read = await deps.plex.items(
    due.map((item) => item.ratingKey),
    signal,
  )
  if (!read.ok) return read
  for (const written of due) {
    const item = read.value.get(written.ratingKey)
    const isOurs = item !== undefined && deps.ownership.recordOf(written.sceneId, item) !== null
    // Marked in any case: a difference is followed up once, and an item that will not take a value is not asked without end.
    deps.items.markVerified(written, deps.ports.clock.now())
    // Its own write may have given the poster another address.
    if (isOurs && written.base.poster !== undefined) deps.items.posterJudged(written.ratingKey, item.thumb)
    const differing = isOurs ? differingFields(item, written) : []
    if (isOurs) deps.onReadBack(differing)
    if (isOurs && differing.length === 0) {
      deps.inSync.verified(written.ratingKey, item.updatedAt)
      continue
    }
    deps.inSync.drop(written.ratingKey)
    // Gone, or another film has its key: the scene is matched again, and its file found wherever it is now.
    const template = isOurs ? workerLines.notShown : workerLines.fileGone
    const { sceneId, ratingKey } = written
    deps.ports.logger.log(...template({ item: ratingKey, scene: sceneId }), { sceneId })
    deps.enqueue(written.sceneId)
  }
  return ok(due.length)
}

/**
 * Fields that the last write changed and the item does not show so. Not the whole base: that also holds names which the user
 * has taken out since, and values that Plex leaves out where they equal another one.
 */
function differingFields(item: PlexItem, written: SyncItem): string[] {
  return (written.lastWrite?.changes ?? []).filter((change) => !showsChange(item, change)).map(({ field }) => field)
}

/** Whether an item shows a change that was written. Images are not compared: an item does not tell which it shows. */
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
