/** Takes the last write of a scene back, where Plex still shows it. */
import type { Change, PlexItem, SceneId } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { landedBase } from '../merge/landed-base.ts'
import { planUndo } from '../merge/undo-plan.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { Ownership } from './ownership.ts'
import type { SyncItem, SyncItems } from './sync-items.ts'

export interface UndoDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly plex: Pick<PlexClient, 'items' | 'edit'>
  readonly ownership: Ownership
  readonly items: SyncItems
  readonly clock: Clock
  /** Awaited before each item, so that a server that just came back is not overrun. */
  readonly pace: () => Promise<void>
}

/**
 * Brings back what the last write of the scene replaced. An item that plays another file by now is not touched. Faults:
 * `unknown_name` where nothing can be taken back, `item_gone` where none of the items is the one written, those of Plex.
 */
export async function undoScene(
  sceneId: SceneId,
  deps: UndoDeps,
  signal: AbortSignal,
): Promise<Result<{ changes: Change[] }>> {
  const written = deps.items.ofScene(sceneId).filter((item) => item.lastWrite !== null)
  if (written.length === 0) return fail('unknown_name', `Scene ${sceneId} has no write that could be taken back`)
  const known = await deps.identities.ensurePlex(signal)
  if (!known.ok) return known
  const read = await deps.plex.items(
    written.map((item) => item.ratingKey),
    signal,
  )
  if (!read.ok) return read

  const onRecord = written.flatMap(({ ratingKey }) => {
    const item = read.value.get(ratingKey)
    const record = item === undefined ? null : deps.ownership.recordOf(sceneId, item)
    return item === undefined || record === null ? [] : [{ item, record }]
  })
  if (onRecord.length === 0)
    return fail(
      'item_gone',
      `Plex no longer has the file that was written for scene ${sceneId}; nothing was taken back`,
    )
  const changes: Change[] = []
  for (const { item, record } of onRecord) {
    const undone = await undoItem(item, record, deps, signal)
    if (!undone.ok) return undone
    changes.push(...undone.value)
  }
  return ok({ changes })
}

async function undoItem(
  item: PlexItem,
  record: SyncItem,
  { plex, items, clock, pace }: UndoDeps,
  signal: AbortSignal,
): Promise<Result<readonly Change[]>> {
  if (record.lastWrite === null) return ok([])
  const plan = planUndo({ item, lastWrite: record.lastWrite, base: record.base })
  if (plan.edit !== null) {
    await pace()
    items.writeBegins(record, landedBase(record.base, record.pending, item), plan.after)
    const edited = await plex.edit(plan.edit, signal)
    if (!edited.ok) return edited
  }
  items.undone({ ...record, base: plan.after, kept: plan.kept }, clock.now())
  return ok(plan.changes)
}
