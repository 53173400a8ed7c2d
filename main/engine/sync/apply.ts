/** Carries out the plans of one scene: one request per item for all fields, and an upload where the cover is new. */
import { createHash } from 'node:crypto'
import {
  type Change,
  type ImageField,
  imageFields,
  type Kept,
  type RatingKey,
  type StashScene,
} from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { Settings } from '../../../shared/settings.ts'
import { type Base, emptyBase, withImage, withLocks } from '../merge/base.ts'
import { imagesWanted } from '../merge/images-wanted.ts'
import type { ItemEdit } from '../merge/item-edit.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Logger } from '../ports.ts'
import type { StashClient } from '../stash/client.ts'
import type { PlannedItem } from './planner.ts'
import { type Cover, noCover } from './scene-state.ts'
import type { SummaryLimit } from './summary-limit.ts'

export interface ApplyDeps {
  readonly plex: Pick<PlexClient, 'edit' | 'uploadPoster' | 'uploadArt'>
  readonly stash: Pick<StashClient, 'cover'>
  readonly settings: () => Settings
  readonly logger: Logger
  readonly summaryLimit: SummaryLimit
}

/** What was done to one item; `fault` where it was not all. */
export interface AppliedItem {
  readonly planned: PlannedItem
  readonly changes: readonly Change[]
  readonly kept: readonly Kept[]
  readonly base: Base
  readonly fault: Fault | null
}

export interface AppliedScene {
  readonly items: readonly AppliedItem[]
  readonly cover: Cover
  /** The first fault; null where everything was done. */
  readonly fault: Fault | null
}

/**
 * Writes what differs. Every write can be repeated, so a fault in the middle only means that the rest is planned again.
 * `pace` is awaited before each item, so that a server that just came back is not run over.
 */
export async function applyScene(
  scene: StashScene,
  items: readonly PlannedItem[],
  lastCover: Cover,
  deps: ApplyDeps,
  pace: () => Promise<void>,
  signal: AbortSignal,
): Promise<AppliedScene> {
  const cover = new CoverSource(scene, lastCover, deps, signal)
  const applied: AppliedItem[] = []
  for (const planned of items) applied.push(await applyItem(scene, planned, cover, deps, pace))
  return { items: applied, cover: cover.seen, fault: applied.find((item) => item.fault !== null)?.fault ?? null }
}

async function applyItem(
  scene: StashScene,
  planned: PlannedItem,
  cover: CoverSource,
  deps: ApplyDeps,
  pace: () => Promise<void>,
): Promise<AppliedItem> {
  const { item, plan, known } = planned
  const settings = deps.settings()
  const kept = [...plan.kept]
  const changes: Change[] = [...plan.changes]
  let base = known?.base ?? emptyBase
  const failed = (fault: Fault): AppliedItem => ({ planned, changes: [], kept, base, fault })

  const wantsCover = settings.sync_master && (settings.sync_poster || settings.sync_background)
  const sha1 = wantsCover ? await cover.sha1() : ok('')
  // A cover that cannot be read must not keep the fields from being written; it is tried again, or left for good.
  if (!sha1.ok && isForGood(sha1.fault)) kept.push({ field: 'poster', reason: sha1.fault.message })
  const images = sha1.ok
    ? imagesWanted({ settings, item, base, pending: known?.pending ?? null, coverSha1: sha1.value })
    : { poster: false, background: false, kept: [] }
  kept.push(...images.kept)

  const lockOnly = [
    ...(images.poster && !item.locks.includes('thumb') ? (['thumb'] as const) : []),
    ...(images.background && !item.locks.includes('art') ? (['art'] as const) : []),
  ]
  if (plan.edit !== null || lockOnly.length > 0) {
    await pace()
    const edit = plan.edit ?? { ratingKey: item.ratingKey, sectionId: item.sectionId, scalars: {}, lists: {} }
    const written = await write({ ...edit, lockOnly }, deps)
    if (!written.ok) return failed(written.fault)
    shorten(changes, written.value)
  }
  // The locks are ours from now on, also where the upload after them fails.
  base = withLocks(
    withSummary(plan.after, changes),
    imageFields.filter((field) => images[field]),
  )

  let fault: Fault | null = sha1.ok || isForGood(sha1.fault) ? null : sha1.fault
  for (const image of imageFields) {
    if (!images[image]) continue
    const uploaded = await upload(image, item.ratingKey, cover, deps)
    if (uploaded.ok) {
      base = withImage(base, image, uploaded.value)
      changes.push({
        field: image,
        before: image === 'poster' ? item.thumb || null : null,
        after: 'cover of the scene',
      })
    } else {
      deps.logger.log('warning', 'Worker', `Failed to upload ${image}: ${uploaded.fault.message}`, {
        sceneId: scene.id,
      })
      if (isForGood(uploaded.fault)) kept.push({ field: image, reason: uploaded.fault.message })
      else fault ??= uploaded.fault
    }
  }
  return { planned, changes, kept, base, fault }
}

/** Carries out the edit; where the way to Plex is too narrow for the summary, a shorter one. Returns what was written. */
async function write(edit: ItemEdit, deps: ApplyDeps): Promise<Result<ItemEdit>> {
  const written = await deps.plex.edit(edit)
  if (written.ok) return ok(edit)
  const { summary } = edit.scalars
  if (summary === undefined || !deps.summaryLimit.learn(written.fault)) return written
  const shorter = { ...edit, scalars: { ...edit.scalars, summary: deps.summaryLimit.fit(summary) } }
  deps.logger.log(
    'warning',
    'Plex',
    `Plex, or a proxy before it, refuses long requests (${written.fault.status}); long summaries are cut`,
  )
  const again = await deps.plex.edit(shorter)
  return again.ok ? ok(shorter) : again
}

/** The summary in the changes becomes the one that was written. */
function shorten(changes: Change[], written: ItemEdit): void {
  const at = changes.findIndex((change) => change.field === 'summary')
  const change = changes[at]
  if (change !== undefined && written.scalars.summary !== undefined)
    changes[at] = { ...change, after: written.scalars.summary || null }
}

function withSummary(base: Base, changes: readonly Change[]): Base {
  const change = changes.find(({ field }) => field === 'summary')
  if (typeof change?.after !== 'string') return base
  return { ...base, scalars: { ...base.scalars, summary: change.after } }
}

/** No further try would change it. */
function isForGood(fault: Fault): boolean {
  return classOf(fault.code) === 'permanent'
}

async function upload(
  image: ImageField,
  ratingKey: RatingKey,
  cover: CoverSource,
  deps: ApplyDeps,
): Promise<Result<string>> {
  const bytes = await cover.bytes()
  if (!bytes.ok) return bytes
  const uploaded =
    image === 'poster'
      ? await deps.plex.uploadPoster(ratingKey, bytes.value.bytes)
      : await deps.plex.uploadArt(ratingKey, bytes.value.bytes)
  return uploaded.ok ? ok(bytes.value.sha1) : uploaded
}

/** The cover of one scene, transferred at most once, and only when the scene has changed since it was last seen. */
class CoverSource {
  readonly #scene: StashScene
  readonly #deps: ApplyDeps
  readonly #signal: AbortSignal
  #seen: Cover
  #bytes: Buffer | null = null

  constructor(scene: StashScene, last: Cover, deps: ApplyDeps, signal: AbortSignal) {
    this.#scene = scene
    this.#seen = last
    this.#deps = deps
    this.#signal = signal
  }

  /** What is now known of the cover, to be remembered. */
  get seen(): Cover {
    return this.#seen
  }

  /** SHA-1 of the cover; empty where the scene has none. Plex names uploads by the same hash. */
  async sha1(): Promise<Result<string>> {
    if (this.#seen.version === this.#scene.updatedAt && this.#scene.updatedAt !== '') return ok(this.#seen.sha1)
    return this.#read(this.#seen.etag)
  }

  async bytes(): Promise<Result<{ bytes: Buffer; sha1: string }>> {
    if (this.#bytes === null) {
      const read = await this.#read('')
      if (!read.ok) return read
    }
    return ok({ bytes: this.#bytes ?? Buffer.alloc(0), sha1: this.#seen.sha1 })
  }

  async #read(etag: string): Promise<Result<string>> {
    const read = await this.#deps.stash.cover(this.#scene.id, etag, this.#signal)
    if (!read.ok) return read
    const version = this.#scene.updatedAt
    if (read.value.status === 'none') this.#seen = { ...noCover, version }
    else if (read.value.status === 'unchanged') this.#seen = { ...this.#seen, version }
    else {
      this.#bytes = read.value.bytes
      this.#seen = { etag: read.value.etag, sha1: createHash('sha1').update(read.value.bytes).digest('hex'), version }
    }
    return ok(this.#seen.sha1)
  }
}
