/** Takes the last write of a scene back, where Plex still shows it. */

import { decline } from '../../../shared/decline.ts'
import type { Change, Kept, PlexItem, RatingKey, SceneId } from '../../../shared/domain.ts'
import { keptBecause } from '../../../shared/kept.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Base } from '../merge/base.ts'
import { landedBase } from '../merge/landed-base.ts'
import { keptRefused, type Refused, refusableFields } from '../merge/refused.ts'
import { planUndo, type UndoPlan, withoutImage } from '../merge/undo-plan.ts'
import { writtenPart } from '../merge/written-part.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import type { ServerIdentities } from '../servers/server-identity.ts'
import type { EditWriter } from './edit-writer.ts'
import type { Ownership } from './ownership.ts'
import type { LastWrite, SyncItem } from './sync-item.ts'
import type { SyncItems } from './sync-items.ts'
import type { WriteTurn } from './write-turn.ts'

export interface UndoDeps {
  readonly identities: Pick<ServerIdentities, 'ensurePlex'>
  readonly plex: Pick<PlexClient, 'items' | 'selectedImage' | 'selectImage'>
  readonly writer: Pick<EditWriter, 'write'>
  readonly ownership: Pick<Ownership, 'recordOf'>
  readonly items: SyncItems
  readonly turn: WriteTurn
  readonly clock: Clock
}

export interface Undone {
  readonly changes: Change[]
  /** What could not be brought back, with the reason. */
  readonly kept: Kept[]
}

export class Undo {
  readonly #deps: UndoDeps

  constructor(deps: UndoDeps) {
    this.#deps = deps
  }

  /**
   * Brings back what the last write of the scene replaced. An item that plays another file by now is not touched. Faults:
   * `unknown_name` where nothing can be taken back, `item_gone` where none of the items is the one written, what the gate
   * of Plex waits for, and those of Plex.
   */
  async scene(sceneId: SceneId, signal: AbortSignal): Promise<Result<Undone>> {
    const written = this.#deps.items.ofScene(sceneId).filter((item) => item.lastWrite !== null)
    if (written.length === 0) return decline('unknown_name', { code: 'nothing_written', values: { scene: sceneId } })
    return this.#undo(sceneId, written, signal)
  }

  /** Takes back the scene's last write of one item, unless that was before `since` (epoch ms). Faults as of `scene`. */
  async item(sceneId: SceneId, ratingKey: RatingKey, since: number, signal: AbortSignal): Promise<Result<Undone>> {
    const item = this.#deps.items.get(ratingKey)
    const isWritten = item?.sceneId === sceneId && item.lastWrite !== null && (item.writtenAt ?? 0) >= since
    return isWritten ? this.#undo(sceneId, [item], signal) : ok({ changes: [], kept: [] })
  }

  async #undo(sceneId: SceneId, written: readonly SyncItem[], signal: AbortSignal): Promise<Result<Undone>> {
    const { turn, identities } = this.#deps
    const open = await turn.open(signal)
    if (!open.ok) return open
    const known = await identities.ensurePlex(signal)
    if (!known.ok) return known
    const begun = turn.begin()
    if (!begun.ok) return begun
    try {
      return await undoItems(sceneId, written, this.#deps, signal)
    } finally {
      begun.value()
    }
  }
}

async function undoItems(
  sceneId: SceneId,
  written: readonly SyncItem[],
  deps: UndoDeps,
  signal: AbortSignal,
): Promise<Result<Undone>> {
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
  if (onRecord.length === 0) return decline('item_gone', { code: 'written_file_gone', values: { scene: sceneId } })
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
  const { writer, items, clock, turn } = deps
  if (record.lastWrite === null) return ok({ changes: [], kept: [] })
  const plan = planUndo({ item, lastWrite: record.lastWrite, base: record.base })
  let { changes, after } = plan
  let refused: Refused = {}
  let isShortened = false
  if (plan.edit !== null) {
    await turn.pace()
    const base = landedBase(record.base, record.pending, item)
    items.writeBegins(record, base, plan.after)
    // Only the user tries it again: what a 500 is about is looked for immediately.
    const write = { sceneId: record.sceneId, edit: plan.edit, item, isRepetition: true }
    const outcome = await writer.write(write, signal)
    if (!outcome.ok) return outcome
    refused = outcome.value.refused
    const part = writtenPart(plan, base, outcome.value.written, refused)
    changes = part.changes
    after = part.after
    const { summary } = outcome.value.written.scalars
    isShortened = summary !== undefined && summary !== plan.edit.scalars.summary
  }
  const images = await selectFormer(item, record, { ...plan, after }, deps, signal)
  if (!images.ok) return images
  const notTaken = refusableFields.flatMap((field) => {
    const values = refused[field]
    return values === undefined ? [] : [keptRefused(field, values)]
  })
  const shortened = isShortened ? [keptBecause('summary', 'shortened')] : []
  const kept = [...plan.kept, ...notTaken, ...shortened, ...images.value.kept]
  items.undone({ ...record, base: images.value.base, kept }, stillToUndo(record.lastWrite, refused), clock.now())
  return ok({ changes: [...changes, ...images.value.changes], kept })
}

/** What Plex refused can be taken back later; null if nothing is left. */
function stillToUndo(lastWrite: LastWrite, refused: Refused): LastWrite | null {
  const changes = lastWrite.changes.filter(({ field }) => refusableFields.some((one) => one === field && refused[one]))
  return changes.length === 0 ? null : { changes, baseBefore: lastWrite.baseBefore }
}

/** Selects the pictures again that were shown before. One that the user chose since stays. */
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
      kept.push(keptBecause(field, 'changed_since'))
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
