/** Takes the last write of a scene back, where Plex still shows it. */
import type { Change, Kept, PlexItem, SceneId } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Base } from '../merge/base.ts'
import { landedBase } from '../merge/landed-base.ts'
import { planUndo, type UndoPlan, undoKeptReasons, withoutImage } from '../merge/undo-plan.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { Ownership } from './ownership.ts'
import type { SyncItem, SyncItems } from './sync-items.ts'

export interface UndoDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly plex: Pick<PlexClient, 'items' | 'edit' | 'selectedImage' | 'selectImage'>
  readonly ownership: Ownership
  readonly items: SyncItems
  readonly clock: Clock
  /** Awaited before each item, so that a server that just came back is not overrun. */
  readonly pace: () => Promise<void>
}

export interface Undone {
  readonly changes: Change[]
  /** What could not be brought back, with the reason. */
  readonly kept: Kept[]
}

/**
 * Brings back what the last write of the scene replaced. An item that plays another file by now is not touched. Faults:
 * `unknown_name` where nothing can be taken back, `item_gone` where none of the items is the one written, those of Plex.
 */
export async function undoScene(
  sceneId: SceneId,
  deps: UndoDeps,
  signal: AbortSignal,
  which: (item: SyncItem) => boolean = () => true,
): Promise<Result<Undone>> {
  const written = deps.items.ofScene(sceneId).filter((item) => item.lastWrite !== null && which(item))
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
  const all: Undone = { changes: [], kept: [] }
  for (const { item, record } of onRecord) {
    const undone = await undoItem(item, record, deps, signal)
    if (!undone.ok) return undone
    all.changes.push(...undone.value.changes)
    all.kept.push(...undone.value.kept)
  }
  return ok(all)
}

async function undoItem(
  item: PlexItem,
  record: SyncItem,
  deps: UndoDeps,
  signal: AbortSignal,
): Promise<Result<Undone>> {
  const { plex, items, clock, pace } = deps
  if (record.lastWrite === null) return ok({ changes: [], kept: [] })
  const plan = planUndo({ item, lastWrite: record.lastWrite, base: record.base })
  if (plan.edit !== null) {
    await pace()
    items.writeBegins(record, landedBase(record.base, record.pending, item), plan.after)
    const edited = await plex.edit(plan.edit, signal)
    if (!edited.ok) return edited
  }
  const images = await selectFormer(item, record, plan, deps, signal)
  if (!images.ok) return images
  const kept = [...plan.kept, ...images.value.kept]
  items.undone({ ...record, base: images.value.base, kept }, clock.now())
  return ok({ changes: [...plan.changes, ...images.value.changes], kept })
}

/** Selects the pictures again that were shown before. One that a person chose since stays. */
async function selectFormer(
  item: PlexItem,
  { base: written, lastWrite }: SyncItem,
  plan: UndoPlan,
  { plex }: UndoDeps,
  signal: AbortSignal,
): Promise<Result<Undone & { readonly base: Base }>> {
  const changes: Change[] = []
  const kept: Kept[] = []
  let base = plan.after
  for (const { field, key } of plan.images) {
    const shown = await plex.selectedImage(item.ratingKey, field, signal)
    if (!shown.ok) return shown
    const ours = written[field] ?? ''
    if (shown.value !== key && (ours === '' || shown.value?.endsWith(ours) !== true)) {
      kept.push({ field, reason: undoKeptReasons.changedSince })
      continue
    }
    if (shown.value !== key) {
      const selected = await plex.selectImage(item.ratingKey, field, key, signal)
      if (!selected.ok) return selected
    }
    base = withoutImage(base, field, lastWrite?.baseBefore ?? base)
    const change = lastWrite?.changes.find((one) => one.field === field)
    changes.push({
      field,
      before: change?.after ?? null,
      after: change?.before ?? null,
      ...(change?.pictures && { pictures: { before: change.pictures.after, after: change.pictures.before } }),
    })
  }
  return ok({ changes, kept, base })
}
