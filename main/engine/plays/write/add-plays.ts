/**
 * Adds plays of several scenes to Stash, each at most once: the intents of all of them are committed before the first
 * request, and the history that Stash returns shows the outcome of each. Stash itself does not look for equal rows.
 *
 * One commit before and one after a batch, not two per scene: a first pull has thousands of scenes, and a NAS needs some
 * ten milliseconds for each commit.
 */
import { type Fault, ok, type Result } from '../../../../shared/result.ts'
import type { StashWatching, WatchedScene } from '../../stash/watching.ts'
import type { Play } from '../store/play.ts'
import type { PlayStore } from '../store/play-store.ts'
import { countMoments } from './moments.ts'
import { isRefusal } from './refusal.ts'

export interface AddDeps {
  readonly plays: PlayStore
  readonly watching: Pick<StashWatching, 'addPlays' | 'deletePlays' | 'scenes'>
  /** The run that everything of this pull belongs to; made when it is first needed. */
  readonly runId: () => number
  /** A request whose answer was lost may still be carried out: its intents are left alone for a while. */
  readonly answerLost: (playIds: readonly number[]) => void
}

/** The scene as it was read before, and its plays that Stash does not have. */
export interface SceneAdds {
  readonly scene: WatchedScene
  readonly plays: readonly Play[]
}

interface Added {
  readonly scene: WatchedScene
  readonly applied: readonly Play[]
  /** Another PlexSync added the same play at the same time; ours was taken out again. */
  readonly doubled: readonly Play[]
  readonly failed: readonly Play[]
}

export interface AddReport {
  readonly added: readonly Added[]
  /** The server's, which ended the batch early: what was not sent is open again. */
  readonly fault: Fault | null
}

interface Judged extends Added {
  /** How often Stash's history holds each second now. */
  readonly history: ReadonlyMap<number, number>
}

/** Stash writes one at a time; more only wait for each other's way. */
const requestsAtOnce = 4

/** `onScene` is called when a scene has its outcome. */
export async function addPlays(
  batch: readonly SceneAdds[],
  deps: AddDeps,
  signal: AbortSignal,
  onScene: (scene: WatchedScene) => void,
): Promise<AddReport> {
  const { plays: store, watching, answerLost } = deps
  if (batch.length === 0) return { added: [], fault: null }
  const runId = deps.runId()
  store.inTransaction(() => {
    for (const { scene, plays } of batch)
      for (const play of plays) store.intend(play.id, runId, scene.id, play.viewedAt)
  })
  const left = [...batch]
  const judged: Judged[] = []
  let fault: Fault | null = null
  const send = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = fault === null ? left.shift() : undefined) {
      const response = await watching.addPlays(next.scene.id, momentsOf(next.plays), signal)
      if (response.ok) judged.push(judge(next, response.value))
      else if (isRefusal(response.fault)) judged.push(refused(next))
      else {
        fault ??= response.fault
        answerLost(next.plays.map(({ id }) => id))
        continue
      }
      onScene(next.scene)
    }
  }
  await Promise.all(Array.from({ length: requestsAtOnce }, send))
  store.inTransaction(() => {
    for (const outcome of judged) record(outcome, store)
    for (const { plays } of left) for (const play of plays) store.notApplied(play.id, 'seen', null)
  })
  for (const outcome of judged) {
    const removed = await removeDoubled(outcome, deps, signal)
    if (!removed.ok) fault ??= removed.fault
  }
  return { added: judged, fault }
}

function momentsOf(plays: readonly Play[]): number[] {
  return plays.map(({ viewedAt }) => viewedAt)
}

/** What the history after the request says about each play, beside the one before it. */
function judge({ scene, plays }: SceneAdds, moments: readonly number[]): Judged {
  const before = countMoments(scene.plays)
  const history = countMoments(moments)
  const applied: Play[] = []
  const doubled: Play[] = []
  const failed: Play[] = []
  for (const [moment, ours] of Map.groupBy(plays, ({ viewedAt }) => viewedAt)) {
    const gained = (history.get(moment) ?? 0) - (before.get(moment) ?? 0)
    const surplus = Math.min(ours.length, Math.max(0, gained - ours.length))
    const kept = Math.min(ours.length, Math.max(0, gained)) - surplus
    applied.push(...ours.slice(0, kept))
    doubled.push(...ours.slice(kept, kept + surplus))
    failed.push(...ours.slice(kept + surplus))
  }
  return { scene, applied, doubled, failed, history }
}

function refused({ scene, plays }: SceneAdds): Judged {
  return { scene, applied: [], doubled: [], failed: plays, history: new Map() }
}

function record({ applied, doubled, failed, history }: Judged, store: PlayStore): void {
  for (const play of applied) store.applied(play.id)
  for (const play of failed) store.notApplied(play.id, 'failed', 'refused')
  // Ours until it is out again: an undo that a crash interrupts is completed at the next start.
  for (const play of doubled) {
    store.applied(play.id)
    store.beginUndo(play.id, history.get(play.viewedAt) ?? 0)
  }
}

async function removeDoubled(
  { scene, doubled }: Judged,
  { plays: store, watching }: AddDeps,
  signal: AbortSignal,
): Promise<Result<void>> {
  // Never with an empty list: Stash would take the newest play instead.
  if (doubled.length === 0) return ok(undefined)
  const removed = await watching.deletePlays(scene.id, momentsOf(doubled), signal)
  if (!removed.ok) return removed
  store.inTransaction(() => {
    for (const play of doubled) store.skip(play.id, 'already_in_stash', scene.id)
  })
  return ok(undefined)
}
