/** Carries out what was decided for the images of one item: selects a picture that Plex has, or sends its bytes. */
import type { Change, ImageField, Kept, PlexItem, SceneId } from '../../../shared/domain.ts'
import { keptFailed } from '../../../shared/kept.ts'
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import { type Base, withImage } from '../merge/base.ts'
import type { PlexClient } from '../plex/client.ts'
import type { CoverSource } from './cover.ts'
import type { FormerImage, FormerImageReader } from './former-images.ts'
import { type ImageAct, isForGood } from './image-plan.ts'
import type { FormerImages } from './sync-item.ts'
import type { SyncLog } from './sync-log.ts'

export interface ImageWriterDeps {
  readonly plex: Pick<PlexClient, 'uploadPoster' | 'uploadArt' | 'selectImage'>
  /** Notes what an item showed before an upload. */
  readonly former: FormerImageReader
  readonly log: Pick<SyncLog, 'uploadFailed'>
}

export interface WrittenImages {
  readonly base: Base
  readonly changes: readonly Change[]
  readonly kept: readonly Kept[]
  /** The pictures that were shown before, as far as they were noted. */
  readonly former: FormerImages
  readonly fault: Fault | null
}

/** The item that gets the images. */
export interface ImagesOf {
  readonly sceneId: SceneId
  readonly item: PlexItem
  readonly cover: CoverSource
  readonly base: Base
  /** Whether the pictures that are replaced are noted. */
  readonly notesFormer: boolean
}

export class ImageWriter {
  readonly #deps: ImageWriterDeps

  constructor(deps: ImageWriterDeps) {
    this.#deps = deps
  }

  write(acts: readonly ImageAct[], of: ImagesOf, signal: AbortSignal): Promise<WrittenImages> {
    return writeImages(acts, of, this.#deps, signal)
  }
}

async function writeImages(
  acts: readonly ImageAct[],
  { sceneId, item, cover, base: before, notesFormer }: ImagesOf,
  deps: ImageWriterDeps,
  signal: AbortSignal,
): Promise<WrittenImages> {
  const noted = notesFormer ? deps.former : null
  const [changes, kept]: [Change[], Kept[]] = [[], []]
  const former: FormerImages = {}
  let base = before
  let fault: Fault | null = null
  for (const act of acts) {
    const { field, made } = act
    const shown = (await noted?.read(item, field, signal, act.shown)) ?? null
    const key = shown?.key ?? act.shown
    const written = await write(act, item, cover, deps)
    if (!written.ok) {
      deps.log.uploadFailed(sceneId, field, written.fault)
      if (isForGood(written.fault)) kept.push(keptFailed(field, written.fault))
      else fault ??= written.fault
      continue
    }
    if (key !== undefined) former[field] = { key }
    base = withImage(base, field, act.sha1)
    if (field === 'poster' && (act.step.kind === 'upload' || made !== null))
      base = { ...base, ...(made?.noted ?? asItIs) }
    changes.push({
      field,
      before: field === 'poster' ? item.thumb || null : null,
      after: 'cover of the scene',
      ...(shown !== null && { pictures: await picturesOf(shown, act, cover, deps.former) }),
    })
  }
  return { base, changes, kept, former, fault }
}

const asItIs: Pick<Base, 'posterFrom' | 'posterRecipe' | 'posterKey'> = {
  posterFrom: undefined,
  posterRecipe: undefined,
  posterKey: undefined,
}

async function write(
  { field, step, made }: ImageAct,
  { ratingKey }: PlexItem,
  cover: CoverSource,
  { plex }: ImageWriterDeps,
): Promise<Result<void>> {
  if (step.kind === 'select') return plex.selectImage(ratingKey, field, step.key)
  const bytes = made === null ? await cover.bytes() : ok(made)
  if (!bytes.ok) return bytes
  return send(field, ratingKey, bytes.value.bytes, plex)
}

function send(
  field: ImageField,
  ratingKey: string,
  bytes: Uint8Array,
  plex: ImageWriterDeps['plex'],
): Promise<Result<void>> {
  return field === 'poster' ? plex.uploadPoster(ratingKey, bytes) : plex.uploadArt(ratingKey, bytes)
}

/** Copies of the picture before and after, for the window. One that Plex had already is not read for that. */
async function picturesOf(
  before: FormerImage,
  { made, step }: ImageAct,
  cover: CoverSource,
  former: FormerImageReader,
): Promise<NonNullable<Change['pictures']>> {
  if (step.kind === 'select' && made === null) return { before: before.copy, after: null }
  const uploaded = made === null ? await cover.bytes() : ok(made)
  return { before: before.copy, after: uploaded.ok ? await former.keep(uploaded.value.bytes) : null }
}
