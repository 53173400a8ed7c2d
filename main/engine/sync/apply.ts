/** Carries out the plans of one scene: one request per item for all fields, and an upload where the cover is new. */
import {
  type Change,
  type ImageField,
  imageFields,
  type Kept,
  type RatingKey,
  type StashScene,
} from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { type Fault, fail, ok, type Result } from '../../../shared/result.ts'
import { type Base, emptyBase, withImage, withLocks } from '../merge/base.ts'
import { imagesWanted } from '../merge/images-wanted.ts'
import { keptRefused, type Refused, refusableFields, withRefused } from '../merge/refused.ts'
import { writtenPart } from '../merge/written-part.ts'
import type { PlexClient } from '../plex/client.ts'
import type { PosterRenderer } from '../posters/poster-renderer.ts'
import type { StashClient } from '../stash/client.ts'
import { CoverSource } from './cover.ts'
import type { EditWriter } from './edit-writer.ts'
import type { FormerImage, FormerImageReader } from './former-images.ts'
import type { PlannedItem } from './planner.ts'
import { type MadePoster, makePoster, type PosterSource, posterSourceOf, refusalOf } from './poster.ts'
import type { Cover } from './scene-state.ts'
import type { FormerImages } from './sync-items.ts'
import type { SyncLog } from './sync-log.ts'

export interface ApplyDeps {
  readonly plex: Pick<PlexClient, 'uploadPoster' | 'uploadArt'>
  readonly writer: Pick<EditWriter, 'write'>
  readonly stash: Pick<StashClient, 'cover' | 'groupImage'>
  readonly posters: Pick<PosterRenderer, 'render'>
  /** Notes what an item showed before an upload; null while there is too much to write for that. */
  readonly former: FormerImageReader | null
  /** Awaited before each item, so that a server that just came back is not overrun. */
  readonly pace: () => Promise<void>
  readonly log: SyncLog
}

/** What was done to one item; `fault` where it was not all. */
export interface AppliedItem {
  readonly planned: PlannedItem
  readonly changes: readonly Change[]
  readonly kept: readonly Kept[]
  readonly base: Base
  /** The pictures that were shown before, as far as they were noted. */
  readonly former: FormerImages
  /** Everything that Plex refuses and that is still wanted. */
  readonly refused: Refused
  /** Of it what Plex refused just now; empty where nothing was. */
  readonly newlyRefused: Refused
  readonly fault: Fault | null
}

export interface AppliedScene {
  readonly items: readonly AppliedItem[]
  readonly cover: Cover
  /** The first fault; null where everything was done. */
  readonly fault: Fault | null
}

/** Writes what differs. Every write can be repeated, so a fault in the middle only means that the rest is planned again. */
export async function applyScene(
  scene: StashScene,
  items: readonly PlannedItem[],
  lastCover: Cover,
  deps: ApplyDeps,
  signal: AbortSignal,
  /** The scene's edit failed before. */
  isRepetition = false,
): Promise<AppliedScene> {
  const cover = new CoverSource(scene, lastCover, deps.stash, signal)
  const applied: AppliedItem[] = []
  for (const planned of items) applied.push(await applyItem(scene, planned, cover, deps, signal, isRepetition))
  return { items: applied, cover: cover.seen, fault: applied.find((item) => item.fault !== null)?.fault ?? null }
}

async function applyItem(
  scene: StashScene,
  planned: PlannedItem,
  cover: CoverSource,
  deps: ApplyDeps,
  signal: AbortSignal,
  isRepetition: boolean,
): Promise<AppliedItem> {
  const { item, plan, record, settings } = planned
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
    fault,
  })

  const wantsCover = settings.sync_master && (settings.sync_poster || settings.sync_background)
  const sha1 = wantsCover ? await cover.sha1() : ok('')
  // A cover that cannot be read must not keep the fields from being written; it is tried again, or left for good.
  if (!sha1.ok && isForGood(sha1.fault)) kept.push({ field: 'poster', reason: sha1.fault.message })
  const source = sha1.ok ? await posterSourceOf(scene, settings, cover, deps, signal) : ok(null)
  const pending = record?.pending ?? null
  const wanted =
    sha1.ok && source.ok
      ? imagesWanted({ settings, item, base, pending, coverSha1: sha1.value, posterSource: source.value })
      : { poster: false, background: false, kept: [] }
  kept.push(...wanted.kept)
  // Made before anything is written: an image that is refused locks nothing.
  const poster = await preparePoster(wanted.poster && source.ok ? source.value : null, base, deps)
  if (poster.refused !== null) {
    kept.push({ field: 'poster', reason: poster.refused })
    if (poster.isNews) deps.log.uploadFailed(scene.id, 'poster', fail('rejected', poster.refused).fault)
  }
  const images = { ...wanted, poster: wanted.poster && poster.refused === null && poster.fault === null }

  const lockOnly = [
    ...(images.poster && !item.locks.includes('thumb') ? (['thumb'] as const) : []),
    ...(images.background && !item.locks.includes('art') ? (['art'] as const) : []),
  ]
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
  base = withLocks(
    after,
    imageFields.filter((field) => images[field]),
  )

  if (poster.noted !== null) base = { ...base, ...poster.noted }
  let fault: Fault | null = sha1.ok || isForGood(sha1.fault) ? poster.fault : sha1.fault
  if (!source.ok) fault ??= isForGood(source.fault) ? null : source.fault
  const former: FormerImages = {}
  for (const image of imageFields) {
    if (!images[image]) continue
    const made = image === 'poster' ? poster.made : null
    if (made !== null && made.sha1 === base.poster) {
      // The same bytes by another recipe: they are in Plex already.
      base = { ...base, ...made.noted }
      continue
    }
    const before = (await deps.former?.read(item, image, signal)) ?? null
    const uploaded =
      made === null
        ? await upload(image, item.ratingKey, cover, deps.plex)
        : await uploadMade(made, item.ratingKey, deps.plex)
    if (uploaded.ok) {
      if (before !== null) former[image] = { key: before.key }
      base = withImage(base, image, uploaded.value)
      if (image === 'poster') base = { ...base, ...(made?.noted ?? asItIs) }
      changes.push({
        field: image,
        before: image === 'poster' ? item.thumb || null : null,
        after: 'cover of the scene',
        ...(before !== null && { pictures: await picturesOf(before, made, cover, deps.former) }),
      })
      continue
    }
    deps.log.uploadFailed(scene.id, image, uploaded.fault)
    if (isForGood(uploaded.fault)) kept.push({ field: image, reason: uploaded.fault.message })
    else fault ??= uploaded.fault
  }
  const refused = withRefused(plan.refused, newlyRefused)
  return { planned, changes, kept, base, former, refused, newlyRefused, fault }
}

/** Copies of the picture before and after the upload, for the window. */
async function picturesOf(
  before: FormerImage,
  made: MadePoster | null,
  cover: CoverSource,
  former: FormerImageReader | null,
): Promise<NonNullable<Change['pictures']>> {
  const uploaded = made === null ? await cover.bytes() : ok(made)
  return { before: before.copy, after: uploaded.ok ? ((await former?.keep(uploaded.value.bytes)) ?? null) : null }
}

interface PreparedPoster {
  /** Null for the cover as it is. */
  readonly made: MadePoster | null
  /** Why no poster can be made of this image; null where one can. */
  readonly refused: string | null
  /** It is refused for the first time. */
  readonly isNews: boolean
  readonly noted: Pick<Base, 'posterRefused'> | null
  readonly fault: Fault | null
}

const asItIs: Pick<Base, 'posterFrom' | 'posterRecipe' | 'posterKey'> = {
  posterFrom: undefined,
  posterRecipe: undefined,
  posterKey: undefined,
}

async function preparePoster(source: PosterSource | null, base: Base, deps: ApplyDeps): Promise<PreparedPoster> {
  const nothing: PreparedPoster = { made: null, refused: null, isNews: false, noted: null, fault: null }
  if (source === null) return nothing
  const refusal = refusalOf(source)
  if (base.posterRefused === refusal) return { ...nothing, refused: refusedBefore }
  const made = await makePoster(source, deps)
  if (made.ok) return { ...nothing, made: made.value }
  if (!isForGood(made.fault)) return { ...nothing, fault: made.fault }
  return { ...nothing, refused: made.fault.message, isNews: true, noted: { posterRefused: refusal } }
}

const refusedBefore = 'No poster can be made of this image'

async function uploadMade(made: MadePoster, ratingKey: RatingKey, plex: ApplyDeps['plex']): Promise<Result<string>> {
  const uploaded = await plex.uploadPoster(ratingKey, made.bytes)
  return uploaded.ok ? ok(made.sha1) : uploaded
}

/** No further try would change it. */
function isForGood(fault: Fault): boolean {
  return classOf(fault.code) === 'permanent'
}

async function upload(
  image: ImageField,
  ratingKey: RatingKey,
  cover: CoverSource,
  plex: ApplyDeps['plex'],
): Promise<Result<string>> {
  const bytes = await cover.bytes()
  if (!bytes.ok) return bytes
  const uploaded =
    image === 'poster'
      ? await plex.uploadPoster(ratingKey, bytes.value.bytes)
      : await plex.uploadArt(ratingKey, bytes.value.bytes)
  return uploaded.ok ? ok(bytes.value.sha1) : uploaded
}
