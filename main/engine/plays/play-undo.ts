/** Takes back what a run wrote: plays, resume points and ratings. */

import { decline } from '../../../shared/decline.ts'
import type { SceneId } from '../../../shared/domain.ts'
import type { UndoReport } from '../../../shared/plays.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../stash/watching.ts'
import { type PlaysRun, Steps } from './steps.ts'
import type { PlayStore } from './store/play-store.ts'
import type { ViewingStore, ViewingWrite } from './store/viewing-store.ts'
import { presentValue, sameValue, setValue } from './viewing/viewing-writer.ts'
import type { PlayWriter } from './write/play-writer.ts'
import { isRefusal } from './write/refusal.ts'

export interface PlayUndoDeps {
  readonly plays: PlayStore
  readonly viewing: ViewingStore
  readonly writer: PlayWriter
  readonly watching: Pick<StashWatching, 'scenes' | 'setResumeTime' | 'setRating'>
}

export class PlayUndo {
  readonly #deps: PlayUndoDeps

  constructor(deps: PlayUndoDeps) {
    this.#deps = deps
  }

  /**
   * Of a run, or of all (null). Fault `unknown_name` if there is no such run. Any other fault leaves the rest as it is;
   * doing it again completes it.
   */
  async run(runId: number | null, { signal, progress }: PlaysRun): Promise<Result<UndoReport>> {
    const { plays, viewing, writer } = this.#deps
    if (runId !== null && !plays.hasRun(runId))
      return decline('unknown_name', { code: 'no_pull', values: { id: runId } })
    const steps = new Steps(progress)
    const applied = plays.appliedOf(runId)
    const writes = viewing.appliedOf(runId)
    steps.expect(applied.length + writes.length)
    const undone = await writer.takeOut(applied, signal, (count) => steps.did(count))
    if (!undone.ok) return undone
    const put = await this.#putBack(writes, signal, steps)
    return put.ok ? ok({ undone: undone.value, ...put.value }) : put
  }

  async #putBack(
    writes: readonly ViewingWrite[],
    signal: AbortSignal,
    steps: Steps,
  ): Promise<Result<Omit<UndoReport, 'undone'>>> {
    const { viewing, watching } = this.#deps
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
      const restored = await setValue(write.kind, write.sceneId, write.before, watching, signal)
      if (!restored.ok && !isRefusal(restored.fault)) return restored
      if (!restored.ok) {
        report.kept += 1
        continue
      }
      viewing.settle(write.id, 'undone')
      present.set(write.sceneId, withFormerValue(write, scene))
      report[write.kind === 'resume' ? 'resume' : 'ratings'] += 1
    }
    return ok(report)
  }
}

function withFormerValue({ kind, before }: ViewingWrite, scene: WatchedScene): WatchedScene {
  return kind === 'resume' ? { ...scene, resumeTime: before ?? 0 } : { ...scene, rating100: before }
}
