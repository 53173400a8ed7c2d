/** Takes our plays out of Stash's history again: exactly the rows that were added, and no others. */
import type { SceneId } from '../../../../shared/domain.ts'
import { ok, type Result } from '../../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../../stash/watching.ts'
import type { Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import { countMoments } from './moments.ts'

export interface UndoPlaysDeps {
  readonly plays: PlayStore
  readonly watching: Pick<StashWatching, 'scenes' | 'deletePlays'>
}

const scenesPerStep = 50

/** Undoes these applied plays, one request per scene. Returns how many are out; a fault leaves the rest applied. */
export async function undoPlays(
  applied: readonly Play[],
  deps: UndoPlaysDeps,
  signal: AbortSignal,
  onUndone: (count: number) => void = () => {},
): Promise<Result<number>> {
  const ofScenes = [...Map.groupBy(applied, (play) => play.sceneId ?? '')]
  let undone = 0
  for (let from = 0; from < ofScenes.length; from += scenesPerStep) {
    const step = ofScenes.slice(from, from + scenesPerStep)
    const scenes = await deps.watching.scenes(
      step.map(([sceneId]) => sceneId),
      signal,
    )
    if (!scenes.ok) return scenes
    for (const [sceneId, plays] of step) {
      const result = await undoScene(sceneId, plays, scenes.value.get(sceneId), deps, signal)
      if (!result.ok) return result
      undone += result.value
      onUndone(plays.length)
    }
  }
  return ok(undone)
}

async function undoScene(
  sceneId: SceneId,
  plays: readonly Play[],
  scene: WatchedScene | undefined,
  { plays: store, watching }: UndoPlaysDeps,
  signal: AbortSignal,
): Promise<Result<number>> {
  const history = countMoments(scene?.plays ?? [])
  const present: Play[] = []
  store.inTransaction(() => {
    for (const [moment, ofMoment] of Map.groupBy(plays, (play) => play.stashAt ?? -1)) {
      const count = history.get(moment) ?? 0
      // An undo that was interrupted: what is missing since then is already out.
      const started = ofMoment.find(({ undoFrom }) => undoFrom !== null)?.undoFrom ?? null
      const out = started === null ? 0 : Math.max(0, started - count)
      const there = Math.min(count, Math.max(0, ofMoment.length - out))
      for (const play of ofMoment.slice(0, ofMoment.length - there)) store.undone(play.id)
      for (const play of ofMoment.slice(ofMoment.length - there)) {
        store.beginUndo(play.id, count)
        present.push(play)
      }
    }
  })
  const gone = plays.length - present.length
  // Never with an empty list: Stash would take the newest play instead.
  if (present.length === 0) return ok(gone)
  const removed = await watching.deletePlays(
    sceneId,
    present.flatMap(({ stashAt }) => stashAt ?? []),
    signal,
  )
  if (!removed.ok) return removed
  store.inTransaction(() => {
    for (const play of present) store.undone(play.id)
  })
  return ok(plays.length)
}
