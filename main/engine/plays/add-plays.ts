/**
 * Adds plays of one scene to Stash, each at most once: the intent is committed before the request, and the history that
 * Stash returns shows what became of it. Stash itself does not look for equal rows.
 */
import { type Fault, ok, type Result } from '../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../stash/watching.ts'
import { countMoments } from './moments.ts'
import type { Play } from './play.ts'
import type { PlayStore } from './play-store.ts'

export interface AddDeps {
  readonly plays: PlayStore
  readonly watching: Pick<StashWatching, 'addPlays' | 'deletePlays' | 'scenes'>
  /** The run that everything of this pull belongs to; made when it is first needed. */
  readonly runId: () => number
  /** A request whose answer was lost may still be carried out: its intents are left alone for a while. */
  readonly answerLost: (playIds: readonly number[]) => void
}

export interface Added {
  readonly applied: readonly Play[]
  /** Another PlexSync added the same play at the same time; ours was taken out again. */
  readonly doubled: readonly Play[]
  readonly failed: readonly Play[]
}

export async function addPlays(
  scene: WatchedScene,
  plays: readonly Play[],
  deps: AddDeps,
  signal: AbortSignal,
): Promise<Result<Added>> {
  const { plays: store, watching } = deps
  const runId = deps.runId()
  store.inTransaction(() => {
    for (const play of plays) store.intend(play.id, runId, scene.id, play.viewedAt)
  })
  const moments = plays.map(({ viewedAt }) => viewedAt)
  const added = await watching.addPlays(scene.id, moments, signal)
  if (added.ok) return judge(scene, plays, added.value, deps, signal)
  if (isRefusal(added.fault)) {
    store.inTransaction(() => {
      for (const play of plays) store.notApplied(play.id, 'failed', 'refused')
    })
    return ok({ applied: [], doubled: [], failed: plays })
  }
  deps.answerLost(plays.map(({ id }) => id))
  return added
}

/** Stash carried the request out and said no: its transaction was rolled back. Anything else leaves it open. */
export function isRefusal({ code, status }: Fault): boolean {
  return code === 'rejected' || (code === 'server_error' && status === 200)
}

async function judge(
  scene: WatchedScene,
  plays: readonly Play[],
  history: readonly number[],
  deps: AddDeps,
  signal: AbortSignal,
): Promise<Result<Added>> {
  const { plays: store } = deps
  const before = countMoments(scene.plays)
  const after = countMoments(history)
  const applied: Play[] = []
  const doubled: Play[] = []
  const failed: Play[] = []
  for (const [moment, ours] of Map.groupBy(plays, ({ viewedAt }) => viewedAt)) {
    const gained = (after.get(moment) ?? 0) - (before.get(moment) ?? 0)
    const surplus = Math.min(ours.length, Math.max(0, gained - ours.length))
    const kept = Math.min(ours.length, Math.max(0, gained)) - surplus
    applied.push(...ours.slice(0, kept))
    doubled.push(...ours.slice(kept, kept + surplus))
    failed.push(...ours.slice(kept + surplus))
  }
  store.inTransaction(() => {
    for (const play of applied) store.applied(play.id)
    for (const play of failed) store.notApplied(play.id, 'failed', 'refused')
    // Ours until it is out again: an undo that a crash interrupts is completed at the next start.
    for (const play of doubled) {
      store.applied(play.id)
      store.beginUndo(play.id, after.get(play.viewedAt) ?? 0)
    }
  })
  if (doubled.length > 0) {
    const removed = await deps.watching.deletePlays(
      scene.id,
      doubled.map(({ viewedAt }) => viewedAt),
      signal,
    )
    if (!removed.ok) return removed
    store.inTransaction(() => {
      for (const play of doubled) store.skip(play.id, 'already_in_stash', scene.id)
    })
  }
  return ok({ applied, doubled, failed })
}
