/** Takes back what a run wrote: plays, resume points and ratings. */
import type { SceneId } from '../../../shared/domain.ts'
import type { UndoReport } from '../../../shared/plays.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../stash/watching.ts'
import { isRefusal } from './add-plays.ts'
import type { PlayStore } from './play-store.ts'
import { type PlaysRun, Steps } from './steps.ts'
import { undoPlays } from './undo-plays.ts'
import { presentValue, sameValue } from './viewing-effects.ts'
import type { ViewingStore, ViewingWrite } from './viewing-store.ts'

export interface UndoEverythingDeps {
  readonly plays: PlayStore
  readonly viewing: ViewingStore
  readonly watching: StashWatching
}

/** Of a run, or of all (null). A fault leaves the rest as it is; doing it again completes it. */
export async function undoEverything(
  runId: number | null,
  deps: UndoEverythingDeps,
  { signal, progress }: PlaysRun,
): Promise<Result<UndoReport>> {
  const steps = new Steps(progress)
  const plays = deps.plays.appliedOf(runId)
  const writes = deps.viewing.appliedOf(runId)
  steps.expect(plays.length + writes.length)
  const undone = await undoPlays(plays, deps, signal, (count) => steps.did(count))
  if (!undone.ok) return undone
  const put = await putBack(writes, deps, signal, steps)
  return put.ok ? ok({ undone: undone.value, ...put.value }) : put
}

async function putBack(
  writes: readonly ViewingWrite[],
  { viewing, watching }: UndoEverythingDeps,
  signal: AbortSignal,
  steps: Steps,
): Promise<Result<Omit<UndoReport, 'undone'>>> {
  const report = { resume: 0, ratings: 0, kept: 0 }
  const scenes = await watching.scenes(
    writes.map(({ sceneId }) => sceneId),
    signal,
  )
  if (!scenes.ok) return scenes
  const present = new Map<SceneId, WatchedScene>(scenes.value)
  // Newest first, so that of several writes to a scene the oldest value comes back.
  for (const write of writes) {
    steps.did()
    const scene = present.get(write.sceneId)
    if (scene === undefined) {
      viewing.settle(write.id, 'undone')
      continue
    }
    if (!sameValue(presentValue(write.kind, scene), write.after)) {
      // Changed since, by the user or by a later pull. A later value of ours takes over what this one replaced.
      report.kept += 1
      viewing.superseded(write)
      continue
    }
    const restored = await restore(write, watching, signal)
    if (!restored.ok && !isRefusal(restored.fault)) return restored
    if (!restored.ok) {
      report.kept += 1
      continue
    }
    viewing.settle(write.id, 'undone')
    present.set(write.sceneId, withValue(write, scene))
    report[write.kind === 'resume' ? 'resume' : 'ratings'] += 1
  }
  return ok(report)
}

function restore(
  { kind, sceneId, before }: ViewingWrite,
  watching: StashWatching,
  signal: AbortSignal,
): Promise<Result<void>> {
  return kind === 'resume'
    ? watching.setResumeTime(sceneId, before ?? 0, signal)
    : watching.setRating(sceneId, before, signal)
}

function withValue({ kind, before }: ViewingWrite, scene: WatchedScene): WatchedScene {
  return kind === 'resume' ? { ...scene, resumeTime: before ?? 0 } : { ...scene, rating100: before }
}
