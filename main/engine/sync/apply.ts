/** Carries out the plans of one scene: one request per item for all fields, and an upload where the cover is new. */
import type { Change, StashScene } from '../../../shared/domain.ts'
import { type Fault, fail } from '../../../shared/result.ts'
import { emptyBase, withLocks } from '../merge/base.ts'
import { plexNames } from '../merge/plex-fields.ts'
import { keptRefused, type Refused, refusableFields, withRefused } from '../merge/refused.ts'
import { writtenPart } from '../merge/written-part.ts'
import type { AppliedItem, AppliedScene } from './applied.ts'
import type { CoverSource } from './cover.ts'
import type { EditWriter } from './edit-writer.ts'
import type { ImagePlanner } from './image-plan.ts'
import type { ImageWriter } from './image-writer.ts'
import type { PlannedItem } from './scene-plan.ts'
import type { Cover } from './scene-state.ts'
import type { SyncLog } from './sync-log.ts'

export interface SceneWriterDeps {
  readonly edits: Pick<EditWriter, 'write'>
  readonly images: ImagePlanner
  readonly uploads: ImageWriter
  /** Awaited before each item, so that a server that just came back is not overrun. */
  readonly pace: () => Promise<void>
  readonly log: SyncLog
}

export interface SceneToApply {
  readonly scene: StashScene
  readonly items: readonly PlannedItem[]
  readonly lastCover: Cover
  /** The scene's edit failed before. */
  readonly isRepetition: boolean
  /** The user asked for this exact scene: which images Plex shows is looked at, though nothing seems to have changed. */
  readonly looksAtImages: boolean
  /** Whether the pictures that uploads replace are noted. */
  readonly notesFormer: boolean
}

export class SceneWriter {
  readonly #deps: SceneWriterDeps

  constructor(deps: SceneWriterDeps) {
    this.#deps = deps
  }

  /** Writes what differs. Every write can be repeated, so a fault in the middle only means that the rest is planned again. */
  async write(given: SceneToApply, signal: AbortSignal): Promise<AppliedScene> {
    const cover = this.#deps.images.cover(given.scene, given.lastCover, signal)
    const applied: AppliedItem[] = []
    for (const planned of given.items) applied.push(await applyItem(planned, { ...given, cover }, this.#deps, signal))
    return { items: applied, cover: cover.seen, fault: applied.find((item) => item.fault !== null)?.fault ?? null }
  }
}

async function applyItem(
  planned: PlannedItem,
  { scene, cover, isRepetition, looksAtImages, notesFormer }: SceneToApply & { readonly cover: CoverSource },
  deps: SceneWriterDeps,
  signal: AbortSignal,
): Promise<AppliedItem> {
  const { item, plan, record } = planned
  const kept = [...plan.kept]
  let changes: Change[] = [...plan.changes]
  let after = plan.after
  let newlyRefused: Refused = {}
  let base = record?.base ?? emptyBase
  const failed = (fault: Fault): AppliedItem => ({
    planned,
    changes: [],
    kept,
    base,
    former: {},
    refused: plan.refused,
    newlyRefused,
    posterShown: record?.posterShown ?? null,
    fault,
  })

  const images = await deps.images.plan({ scene, planned, cover, looks: looksAtImages }, signal)
  kept.push(...images.kept)
  if (images.refusal !== null) deps.log.uploadFailed(scene.id, 'poster', fail('rejected', images.refusal).fault)
  const lockOnly = images.acts.flatMap(({ field }) => (item.locks.includes(plexNames[field]) ? [] : [plexNames[field]]))
  if (plan.edit !== null || lockOnly.length > 0) {
    await deps.pace()
    const edit = plan.edit ?? { ratingKey: item.ratingKey, sectionId: item.sectionId, scalars: {}, lists: {} }
    const write = { sceneId: scene.id, edit: { ...edit, lockOnly }, item, isRepetition }
    const outcome = await deps.edits.write(write, signal)
    if (!outcome.ok) return failed(outcome.fault)
    const { written, refused } = outcome.value
    newlyRefused = refused
    const part = writtenPart(plan, base, written, refused)
    changes = part.changes
    after = part.after
    for (const field of refusableFields) {
      const values = refused[field]
      if (values !== undefined) kept.push(keptRefused(field, values))
    }
  }
  // The locks are ours from now on, also where the upload after them fails.
  const locks = images.acts.map(({ field }) => field)
  base = { ...withLocks(after, locks), ...images.noted }
  const written = await deps.uploads.write(images.acts, { sceneId: scene.id, item, cover, base, notesFormer }, signal)
  return {
    planned,
    changes: [...changes, ...written.changes],
    kept: [...kept, ...written.kept],
    base: written.base,
    former: written.former,
    refused: withRefused(plan.refused, newlyRefused),
    newlyRefused,
    posterShown: images.posterShown,
    fault: images.fault ?? written.fault,
  }
}
