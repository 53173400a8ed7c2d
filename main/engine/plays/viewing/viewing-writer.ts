/** Writes a resume point or a rating to Stash and remembers what it replaced; a dry run only counts. */
import type { RatingKey } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../../stash/watching.ts'
import type { PullRun } from '../pull-run.ts'
import type { ViewingStore, WriteKind } from '../store/viewing-store.ts'
import type { Tally } from '../tally.ts'
import { isRefusal } from '../write/refusal.ts'

export interface ViewingWriter {
  /** A fault is the server's. */
  write(
    kind: WriteKind,
    ratingKey: RatingKey,
    scene: WatchedScene,
    after: number | null,
    signal: AbortSignal,
  ): Promise<Result<void>>
  skipped(kind: WriteKind): void
}

export interface ViewingWriterDeps {
  readonly run: Pick<PullRun, 'server' | 'tally' | 'number'>
  readonly store: ViewingStore
  readonly watching: Pick<StashWatching, 'setResumeTime' | 'setRating'>
}

const countedAs = { resume: 'resume', rating: 'ratings' } as const

export function stashViewingWriter({ run, store, watching }: ViewingWriterDeps): ViewingWriter {
  const { server, tally, number } = run
  return {
    async write(kind, ratingKey, scene, after, signal) {
      const before = presentValue(kind, scene)
      const id = store.intend({ runId: number.id(), kind, server, ratingKey, sceneId: scene.id, before, after })
      const written = await setValue(kind, scene.id, after, watching, signal)
      if (written.ok) store.settle(id, 'applied')
      else if (isRefusal(written.fault)) store.settle(id, 'lost')
      else return written
      tally.wrote(countedAs[kind], written.ok ? 'applied' : 'failed')
      return ok(undefined)
    },
    skipped: (kind) => tally.wrote(countedAs[kind], 'skipped'),
  }
}

export function countingViewingWriter(tally: Tally): ViewingWriter {
  return {
    async write(kind) {
      tally.wrote(countedAs[kind], 'applied')
      return ok(undefined)
    },
    skipped: (kind) => tally.wrote(countedAs[kind], 'skipped'),
  }
}

/** Sets a resume point (seconds) or a rating (1 to 100); null takes it away. */
export function setValue(
  kind: WriteKind,
  sceneId: string,
  value: number | null,
  watching: Pick<StashWatching, 'setResumeTime' | 'setRating'>,
  signal: AbortSignal,
): Promise<Result<void>> {
  return kind === 'resume'
    ? watching.setResumeTime(sceneId, value ?? 0, signal)
    : watching.setRating(sceneId, value, signal)
}

/** The present value of a scene. */
export function presentValue(kind: WriteKind, scene: WatchedScene): number | null {
  return kind === 'resume' ? scene.resumeTime : scene.rating100
}

/** The same value, as far as Stash keeps it: seconds may come back rounded. */
export function sameValue(one: number | null, other: number | null): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) < 0.5
}
