/** Writes a resume point or a rating to Stash and remembers what it replaced; a dry run only counts. */
import type { RatingKey } from '../../../shared/domain.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../stash/watching.ts'
import { isRefusal } from './add-plays.ts'
import type { Tally } from './tally.ts'
import type { SeenViewing, ViewingStore, WriteKind } from './viewing-store.ts'

export interface ViewingEffects {
  /** A fault is the server's. */
  write(
    kind: WriteKind,
    ratingKey: RatingKey,
    scene: WatchedScene,
    after: number | null,
    signal: AbortSignal,
  ): Promise<Result<void>>
  /** The value in Plex was dealt with, with any outcome. */
  note(ratingKey: RatingKey, change: Partial<SeenViewing>): void
  skipped(kind: WriteKind): void
}

export interface ViewingEffectDeps {
  readonly server: string
  readonly store: ViewingStore
  readonly watching: Pick<StashWatching, 'setResumeTime' | 'setRating'>
  readonly tally: Tally
  readonly runId: () => number
}

const countedAs = { resume: 'resume', rating: 'ratings' } as const

export function writingEffects({ server, store, watching, tally, runId }: ViewingEffectDeps): ViewingEffects {
  return {
    async write(kind, ratingKey, scene, after, signal) {
      const before = presentValue(kind, scene)
      const id = store.intend({ runId: runId(), kind, server, ratingKey, sceneId: scene.id, before, after })
      const written =
        kind === 'resume'
          ? await watching.setResumeTime(scene.id, after ?? 0, signal)
          : await watching.setRating(scene.id, after, signal)
      if (written.ok) store.settle(id, 'applied')
      else if (isRefusal(written.fault)) store.settle(id, 'lost')
      else return written
      tally.wrote(countedAs[kind], written.ok ? 'applied' : 'failed')
      return ok(undefined)
    },
    note: (ratingKey, change) => store.note(server, ratingKey, change),
    skipped: (kind) => tally.wrote(countedAs[kind], 'skipped'),
  }
}

export function countingEffects(tally: Tally): ViewingEffects {
  return {
    async write(kind) {
      tally.wrote(countedAs[kind], 'applied')
      return ok(undefined)
    },
    note: () => {},
    skipped: (kind) => tally.wrote(countedAs[kind], 'skipped'),
  }
}

/** The present value of a scene. */
export function presentValue(kind: WriteKind, scene: WatchedScene): number | null {
  return kind === 'resume' ? scene.resumeTime : scene.rating100
}

/** The same value, as far as Stash keeps it: seconds may come back rounded. */
export function sameValue(one: number | null, other: number | null): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) < 0.5
}
