/**
 * From lists of performers, studios, tags or groups to jobs for those that were renamed, merged or deleted. A moved stamp
 * alone enqueues nothing, only a value that is written. What the list says is kept when the job has spread it to the
 * scenes (`fan-out.ts`), so that a hook and the probe do not spread the same change twice.
 */
import { ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { Logger } from '../ports.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { CarriedEntity, EntityNeeds } from '../stash/change-probe.ts'
import type { StashClient } from '../stash/client.ts'
import type { CarriedKind } from '../stash/queries.ts'
import { needsOf, sceneNeeds } from '../stash/scene-needs.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'
import type { BroughtUp } from './bring-up.ts'
import { type EntityValue, entityText, entityValue, type HeardState } from './heard-state.ts'
import { isBelievable } from './sweep.ts'

export interface EntityNewsDeps {
  readonly stash: Pick<StashClient, 'entities'>
  readonly heard: HeardState
  readonly store: JobStore
  readonly settings: () => Settings
  /** Those of libraries that have their own. */
  readonly librarySettings?: (() => readonly Settings[]) | undefined
  readonly logger: Logger
}

const sliceSize = 200

/** Reads one list and enqueues a job for each that changed. @param isFirst nothing is known yet: the list is only noted. */
export async function readEntityNews(
  kind: CarriedKind,
  isFirst: boolean,
  deps: EntityNewsDeps,
  signal: AbortSignal,
): Promise<Result<BroughtUp>> {
  const read = await deps.stash.entities(kind, signal)
  if (!read.ok) return read
  const kept = deps.heard.entities(kind)
  const vanished = new Set(kept.keys())
  const ends: End[] = []
  for (let from = 0; from < read.value.length; from += sliceSize) {
    deps.store.inTransaction(() => {
      for (const entity of read.value.slice(from, from + sliceSize)) {
        vanished.delete(entity.id)
        ends.push(compare(kind, entity, kept.get(entity.id), isFirst, deps))
      }
    })
    await yieldToEventLoop()
  }
  ends.push(...forget(kind, [...vanished], kept.size, deps))
  return ok({
    enqueued: ends.filter((end) => end === 'enqueued').length,
    isOpen: ends.includes('in_progress'),
  })
}

/** The values that some settings need and that are not always read. */
export function entityNeedsOf(deps: Pick<EntityNewsDeps, 'settings' | 'librarySettings'>): EntityNeeds {
  const { performerTags, groupImages } = sceneNeeds(everywhere(deps))
  return { performerTags, groupImages }
}

/** Kinds whose kept list lacks a value that is needed by now: read before it changes, or the change is missed. */
export function listsToComplete(needs: EntityNeeds, heard: Pick<HeardState, 'lacks'>): CarriedKind[] {
  const lacking: CarriedKind[] = []
  if (needs.performerTags && heard.lacks('performer', 'tags')) lacking.push('performer')
  if (needs.groupImages && heard.lacks('group', 'image')) lacking.push('group')
  return lacking
}

type End = 'enqueued' | 'known' | 'in_progress'

function compare(
  kind: CarriedKind,
  entity: CarriedEntity,
  before: string | undefined,
  isFirst: boolean,
  { heard, store, settings, librarySettings }: EntityNewsDeps,
): End {
  if (before === entityText(entity)) return 'known'
  // One that is new to us is carried by no scene that was not bumped when it got it.
  if (
    isFirst ||
    before === undefined ||
    !everywhere({ settings, librarySettings }).some((one) => isWritten(kind, entityValue(before), entity, one))
  ) {
    heard.saveEntity(kind, entity)
    return 'known'
  }
  return enqueue(kind, entity.id, store)
}

function everywhere({ settings, librarySettings }: Pick<EntityNewsDeps, 'settings' | 'librarySettings'>) {
  return [settings(), ...(librarySettings?.() ?? [])]
}

function forget(kind: CarriedKind, ids: readonly string[], known: number, deps: EntityNewsDeps): End[] {
  const { heard, store, logger } = deps
  if (ids.length === 0) return []
  if (!isBelievable(ids.length, known)) {
    logger.log('warning', 'Sweep', `Stash has lost ${ids.length} of ${known} ${kind}s: their scenes are left alone`)
    return []
  }
  return store.inTransaction(() =>
    ids.map((id): End => {
      if (everywhere(deps).some((one) => isSynced(kind, one))) return enqueue(kind, id, store)
      heard.dropEntity(kind, id)
      return 'known'
    }),
  )
}

/** A waiting job reads the newest value when its time comes; one in progress may have read an older one. */
function enqueue(kind: CarriedKind, id: string, store: JobStore): End {
  if (store.isQueued(kind, id)) return store.isInProgress(kind, id) ? 'in_progress' : 'known'
  store.enqueue({ kind, subjectId: id, fields: null, origin: 'sweep' }, 0)
  return 'enqueued'
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

/** A value that was not read, because no setting needed it then, tells nothing. */
function isOther(before: unknown, after: unknown): boolean {
  return before !== undefined && after !== undefined && String(before) !== String(after)
}
