/** Carries out the plans of one scene: one request per item for all fields, and an upload where the cover is new. */
import type { Change, StashScene } from '../../../shared/domain.ts'
import { type Fault, fail } from '../../../shared/result.ts'
import { emptyBase, withLocks } from '../merge/base.ts'
import { plexNames } from '../merge/plex-fields.ts'
import { keptRefused, type Refused, refusableFields, withRefused } from '../merge/refused.ts'
import { writtenPart } from '../merge/written-part.ts'
import type { PlexClient } from '../plex/client.ts'
import type { PosterRenderer } from '../posters/poster-renderer.ts'
import type { StashClient } from '../stash/client.ts'
import type { AppliedItem, AppliedScene } from './applied.ts'
import { CoverSource } from './cover.ts'
import type { EditWriter } from './edit-writer.ts'
import type { FormerImageReader } from './former-images.ts'
import { planImages } from './image-plan.ts'
import { writeImages } from './image-writer.ts'
import type { PlannedItem } from './scene-plan.ts'
import type { Cover } from './scene-state.ts'
import type { SyncLog } from './sync-log.ts'

export interface ApplyDeps {
  readonly plex: Pick<PlexClient, 'images' | 'uploadPoster' | 'uploadArt' | 'selectImage'>
  readonly writer: Pick<EditWriter, 'write'>
  readonly stash: Pick<StashClient, 'cover' | 'groupImage'>
  readonly posters: Pick<PosterRenderer, 'render'>
  /** Notes what an item showed before an upload; null while there is too much to write for that. */
  readonly former: FormerImageReader | null
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
}

/** Writes what differs. Every write can be repeated, so a fault in the middle only means that the rest is planned again. */
export async function applyScene(given: SceneToApply, deps: ApplyDeps, signal: AbortSignal): Promise<AppliedScene> {
  const cover = new CoverSource(given.scene, given.lastCover, deps.stash, signal)
  const applied: AppliedItem[] = []
  for (const planned of given.items) applied.push(await applyItem(planned, { ...given, cover }, deps, signal))
  return { items: applied, cover: cover.seen, fault: applied.find((item) => item.fault !== null)?.fault ?? null }
}

async function applyItem(
  planned: PlannedItem,
  { scene, cover, isRepetition, looksAtImages }: SceneToApply & { readonly cover: CoverSource },
  deps: ApplyDeps,
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

  const images = await planImages({ scene, planned, cover, looks: looksAtImages }, deps, signal)
  kept.push(...images.kept)
  if (images.refusal !== null) deps.log.uploadFailed(scene.id, 'poster', fail('rejected', images.refusal).fault)
  const lockOnly = images.acts.flatMap(({ field }) => (item.locks.includes(plexNames[field]) ? [] : [plexNames[field]]))
  if (plan.edit !== null || lockOnly.length > 0) {
    await deps.pace()
    const edit = plan.edit ?? { ratingKey: item.ratingKey, sectionId: item.sectionId, scalars: {}, lists: {} }
    const write = { sceneId: scene.id, edit: { ...edit, lockOnly }, item, isRepetition }
    const outcome = await deps.writer.write(write, signal)
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
  const written = await writeImages(images.acts, { sceneId: scene.id, item, cover, base }, deps, signal)
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
