/** After a crash or a lost response: what was about to happen is compared with Stash's history before anything new. */
import { ok, type Result } from '../../../../shared/result.ts'
import type { StashWatching } from '../../stash/watching.ts'
import type { Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import { countMoments } from './moments.ts'

export interface RecoverDeps {
  readonly plays: PlayStore
  readonly watching: Pick<StashWatching, 'scenes'>
  /** True while the request of an intent may still be carried out. */
  readonly inFlight: (playId: number) => boolean
}

/** Settles all intents of a server; those in flight stay. The plays found in Stash after all are returned. */
export async function recoverIntents(
  server: string,
  { plays: store, watching, inFlight }: RecoverDeps,
  signal: AbortSignal,
): Promise<Result<readonly Play[]>> {
  const intents = store.intents(server).filter(({ id, sceneId }) => sceneId !== null && !inFlight(id))
  if (intents.length === 0) return ok([])
  const scenes = await watching.scenes(
    intents.flatMap(({ sceneId }) => sceneId ?? []),
    signal,
  )
  if (!scenes.ok) return scenes
  const found: Play[] = []
  for (const [sceneId, ofScene] of Map.groupBy(intents, (play) => play.sceneId ?? '')) {
    const history = countMoments(scenes.value.get(sceneId)?.plays ?? [])
    // Rows that are accounted for: what else is at that second is the intent's.
    for (const { stashAt } of store.appliedIn(sceneId))
      if (stashAt !== null) history.set(stashAt, (history.get(stashAt) ?? 0) - 1)
    store.inTransaction(() => {
      for (const play of ofScene) {
        const left = history.get(play.stashAt ?? -1) ?? 0
        if (play.stashAt === null || left <= 0) {
          store.notApplied(play.id, 'seen', null)
          continue
        }
        history.set(play.stashAt, left - 1)
        store.applied(play.id)
        found.push(play)
      }
    })
  }
  return ok(found)
}
