/**
 * What is to become of the poster and the background of one item, decided before anything is written: a picture that
 * cannot be made locks nothing. Plex is asked which pictures an item has only if one of them is to be replaced, where
 * the poster is no longer the one that was judged last, or where the user asked for this exact scene.
 */
import type { ImageField, Kept, StashScene } from '../../../shared/domain.ts'
import { classOf } from '../../../shared/errors.ts'
import { keptBecause, keptFailed, keptReasons } from '../../../shared/kept.ts'
import type { PosterRefusal } from '../../../shared/poster-refusals.ts'
import { type Fault, ok } from '../../../shared/result.ts'
import { type Base, emptyBase } from '../merge/base.ts'
import { type ImageStep, isUploadOf, mergeImage } from '../merge/image-merge.ts'
import { type ImagesWanted, imagesWanted } from '../merge/images-wanted.ts'
import type { PlexClient } from '../plex/client.ts'
import type { StashClient } from '../stash/client.ts'
import { CoverSource } from './cover.ts'
import { type MadePoster, makePoster, type PosterDeps, type PosterSource, posterSourceOf, refusalOf } from './poster.ts'
import type { PlannedItem } from './scene-plan.ts'
import type { Cover } from './scene-state.ts'

export interface ImagePlannerDeps extends PosterDeps {
  readonly stash: PosterDeps['stash'] & Pick<StashClient, 'cover'>
  readonly plex: Pick<PlexClient, 'images'>
}

export interface ImageAct {
  readonly field: ImageField
  readonly step: Extract<ImageStep, { kind: 'select' | 'upload' }>
  /** SHA-1 of the picture that will be shown. */
  readonly sha1: string
  /** Null for the cover as it is. */
  readonly made: MadePoster | null
  /** The key of the picture that is shown now, where it was read. */
  readonly shown?: string | null
}

export interface ImagePlan {
  readonly acts: readonly ImageAct[]
  readonly kept: readonly Kept[]
  /** What the base remembers, whatever is written. */
  readonly noted: Partial<Base>
  /** The address of the poster that was judged; null if another one will be shown. */
  readonly posterShown: string | null
  /** Why no poster can be made of the image, if that is news. */
  readonly refusal: string | null
  /** What has to be tried again. */
  readonly fault: Fault | null
}

interface Subject {
  readonly scene: StashScene
  readonly planned: PlannedItem
  readonly cover: CoverSource
  /** Look even if nothing seems to have changed. */
  readonly looks: boolean
}

export class ImagePlanner {
  readonly #deps: ImagePlannerDeps

  constructor(deps: ImagePlannerDeps) {
    this.#deps = deps
  }

  /** The cover of a scene; `last` is what was seen of it last. */
  cover(scene: StashScene, last: Cover, signal: AbortSignal): CoverSource {
    return new CoverSource(scene, last, this.#deps.stash, signal)
  }

  plan(subject: Subject, signal: AbortSignal): Promise<ImagePlan> {
    return planImages(subject, this.#deps, signal)
  }
}

async function planImages(subject: Subject, deps: ImagePlannerDeps, signal: AbortSignal): Promise<ImagePlan> {
  const { scene, planned, cover } = subject
  const { item, settings, record } = planned
  const base = record?.base ?? emptyBase
  const nothing: ImagePlan = {
    acts: [],
    kept: [],
    noted: {},
    posterShown: record?.posterShown ?? (base.poster === undefined ? null : item.thumb),
    refusal: null,
    fault: null,
  }
  if (!settings.sync_master || !(settings.sync_poster || settings.sync_background)) return nothing
  const sha1 = await cover.sha1()
  // A cover that cannot be read must not keep the fields from being written; it is tried again, or left for good.
  if (!sha1.ok) return failed(nothing, sha1.fault, true)
  const source = await posterSourceOf(scene, settings, cover, deps, signal)
  if (!source.ok) return failed(nothing, source.fault)
  const pending = record?.pending ?? null
  const posterSource = source.value
  const wanted = imagesWanted({ settings, item, base, pending, coverSha1: sha1.value, posterSource })
  const input = { ...subject, base, wanted, coverSha1: sha1.value, source: posterSource }
  const poster = await planPoster(input, { ...nothing, kept: wanted.kept }, deps, signal)
  if (poster.fault !== null) return poster
  return planBackground(input, poster, deps, signal)
}

interface Input extends Subject {
  readonly base: Base
  readonly wanted: ImagesWanted
  readonly coverSha1: string
  readonly source: PosterSource | null
}

async function planPoster(
  input: Input,
  plan: ImagePlan,
  deps: ImagePlannerDeps,
  signal: AbortSignal,
): Promise<ImagePlan> {
  const { base, wanted, coverSha1, source, planned, looks } = input
  const { item, settings, record } = planned
  const isKept = wanted.kept.some(({ field }) => field === 'poster')
  if (!settings.sync_poster || isKept || (coverSha1 === '' && source === null)) return plan
  const isDue = wanted.poster
  const hasChanged = record?.posterShown != null && record.posterShown !== item.thumb
  const { preserve_plex_edits: preserve } = settings
  const keptKey = source === null ? coverSha1 : refusalOf(source)
  if (isDue && preserve && !looks && !hasChanged && record?.posterShown != null && base.posterKept === keptKey)
    return { ...plan, kept: [...plan.kept, keptBecause('poster', 'edited')] }
  const asks = base.poster === undefined ? isDue && (looks || preserve) : isDue || looks || hasChanged
  const listed = asks ? await deps.plex.images(item.ratingKey, 'poster', signal) : ok(null)
  if (!listed.ok) return failed(plan, listed.fault)
  const theirs = listed.value
  if (theirs === null && !isDue) return plan

  const isLost = theirs !== null && !isDue && !theirs.keys.some((key) => isUploadOf(key, base.poster ?? ''))
  const made = isDue || isLost ? await prepare(source, base, deps) : nothingMade
  if (made.fault !== null) return failed(plan, made.fault)
  if (made.refused !== null)
    return {
      ...plan,
      kept: [
        ...plan.kept,
        {
          ...keptBecause('poster', 'no_poster'),
          reason: made.refused,
          ...(made.refusal !== undefined && { refusal: made.refusal }),
        },
      ],
      noted: { ...plan.noted, ...made.noted },
      refusal: made.isNews ? made.refused : null,
    }
  const mine = isDue || isLost ? (made.poster?.sha1 ?? coverSha1) : (base.poster ?? '')
  const step: ImageStep =
    theirs === null ? { kind: 'upload' } : mergeImage({ theirs, base: base.poster ?? '', mine, preserve })
  if (step.kind === 'keep')
    return {
      ...plan,
      kept: [...plan.kept, keptBecause('poster', step.reason)],
      noted: { ...plan.noted, posterKept: keptKey },
      posterShown: item.thumb,
    }
  if (step.kind === 'leave') {
    const noted = { ...plan.noted, poster: mine, ...made.poster?.noted }
    return { ...plan, noted, posterShown: item.thumb }
  }
  const act: ImageAct = {
    field: 'poster',
    step,
    sha1: mine,
    made: made.poster,
    ...(theirs !== null && { shown: theirs.selected }),
  }
  return { ...plan, acts: [...plan.acts, act], posterShown: null }
}

/** Foreign art is never replaced: ours only if Plex shows none, or ours. */
async function planBackground(
  { base, wanted, coverSha1, planned }: Input,
  plan: ImagePlan,
  deps: ImagePlannerDeps,
  signal: AbortSignal,
): Promise<ImagePlan> {
  const { item, settings } = planned
  const act = (step: ImageAct['step'], shown?: string | null): ImagePlan => ({
    ...plan,
    acts: [
      ...plan.acts,
      { field: 'background', step, sha1: coverSha1, made: null, ...(shown !== undefined && { shown }) },
    ],
  })
  if (wanted.background) return act({ kind: 'upload' })
  const written = base.background
  const isKept = wanted.kept.some(({ field }) => field === 'background')
  if (!settings.sync_background || isKept || coverSha1 === '' || written === undefined) return plan
  if (written === coverSha1 || item.art === '') return plan
  const listed = await deps.plex.images(item.ratingKey, 'background', signal)
  if (!listed.ok) return failed(plan, listed.fault)
  const { selected, keys } = listed.value
  if (selected === null || !isUploadOf(selected, written))
    return { ...plan, noted: { ...plan.noted, background: coverSha1 } }
  const key = keys.find((one) => isUploadOf(one, coverSha1))
  return act(key === undefined ? { kind: 'upload' } : { kind: 'select', key }, selected)
}

interface Prepared {
  readonly poster: MadePoster | null
  /** Why no poster can be made of this image; null if one can. */
  readonly refused: string | null
  readonly refusal?: PosterRefusal | undefined
  /** It is refused for the first time. */
  readonly isNews: boolean
  readonly noted: Pick<Base, 'posterRefused'> | null
  readonly fault: Fault | null
}

const nothingMade: Prepared = { poster: null, refused: null, isNews: false, noted: null, fault: null }

async function prepare(source: PosterSource | null, base: Base, deps: PosterDeps): Promise<Prepared> {
  if (source === null) return nothingMade
  const refusal = refusalOf(source)
  if (base.posterRefused === refusal) return { ...nothingMade, refused: refusedBefore }
  const made = await makePoster(source, deps)
  if (made.ok) return { ...nothingMade, poster: made.value }
  if (!isForGood(made.fault)) return { ...nothingMade, fault: made.fault }
  return {
    ...nothingMade,
    refused: made.fault.message,
    refusal: made.fault.refusal,
    isNews: true,
    noted: { posterRefused: refusal },
  }
}

const refusedBefore = keptReasons.no_poster

function failed(plan: ImagePlan, fault: Fault, isReported = false): ImagePlan {
  if (!isForGood(fault)) return { ...plan, fault }
  return isReported ? { ...plan, kept: [...plan.kept, keptFailed('poster', fault)] } : plan
}

/** No further try would change it. */
export function isForGood(fault: Fault): boolean {
  return classOf(fault.code) === 'permanent'
}
