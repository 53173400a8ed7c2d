/**
 * Which of a scene's plays are one play, and which Stash has already. Plex writes two rows for one session at times, and
 * Stash's own player or another program may have counted the same view. Pure.
 */

/** Longer than players take to report one session twice, shorter than two views of most items. */
export const longestWindowSeconds = 600
/** A moment that was stored and read back, or rounded by another program, is still the same moment. */
const sameMomentSeconds = 2

/** Two plays of one account that are closer than this are one play; `duration` in seconds, null if unknown. */
export function windowOf(duration: number | null): number {
  return duration === null || duration <= 0 ? longestWindowSeconds : Math.min(longestWindowSeconds, duration / 2)
}

/** A play of the scene that was dealt with before. */
export interface KnownPlay {
  readonly accountId: number
  readonly viewedAt: number
  /** Epoch seconds of its row in Stash's history; null if it has none. */
  readonly stashAt: number | null
  /** False for a duplicate: it stands for another play, which may not have reached Stash after all. */
  readonly counts: boolean
}

/** A play of the scene that waits for a decision. */
interface OpenPlay {
  readonly id: number
  readonly accountId: number
  readonly viewedAt: number
}

export interface SceneHistory {
  readonly open: readonly OpenPlay[]
  readonly known: readonly KnownPlay[]
  /** Epoch seconds of all plays in Stash, ours too. */
  readonly stash: readonly number[]
  readonly window: number
}

export type PlayVerdict = 'add' | 'duplicate' | 'already_in_stash'

/**
 * Decides about the open plays, earliest first: the earliest of several that are one play counts. One that was dealt with
 * before stays the one that counts, also when an earlier row of the same session arrives after it.
 */
export function decidePlays({ open, known, stash, window }: SceneHistory): Map<number, PlayVerdict> {
  const verdicts = new Map<number, PlayVerdict>()
  const foreign = foreignTimes(
    stash,
    known.flatMap(({ stashAt }) => stashAt ?? []),
  )
  for (const view of viewsOf(open, known, window)) {
    let isCounted = view.some((play) => 'counts' in play && play.counts)
    for (const play of view) {
      if ('counts' in play) continue
      const isInStash = foreign.some((time) => isSameView(time - play.viewedAt, window))
      verdicts.set(play.id, isCounted ? 'duplicate' : isInStash ? 'already_in_stash' : 'add')
      isCounted = true
    }
  }
  return verdicts
}

/** Plays of one account, each closer to the next than the window: one view, earliest first. */
function viewsOf(open: readonly OpenPlay[], known: readonly KnownPlay[], window: number): (OpenPlay | KnownPlay)[][] {
  const views: (OpenPlay | KnownPlay)[][] = []
  for (const ofAccount of Map.groupBy([...known, ...open], ({ accountId }) => accountId).values()) {
    let last: (OpenPlay | KnownPlay)[] = []
    for (const play of ofAccount.toSorted((a, b) => a.viewedAt - b.viewedAt)) {
      const before = last.at(-1)
      if (before !== undefined && play.viewedAt - before.viewedAt < window) last.push(play)
      else {
        last = [play]
        views.push(last)
      }
    }
  }
  return views
}

/** Stash's times without ours: each row of ours takes out one of its second. */
function foreignTimes(stash: readonly number[], ours: readonly number[]): number[] {
  const left = new Map<number, number>()
  for (const time of ours) left.set(time, (left.get(time) ?? 0) + 1)
  return stash.filter((time) => {
    const count = left.get(time) ?? 0
    if (count > 0) left.set(time, count - 1)
    return count === 0
  })
}

function isSameView(difference: number, window: number): boolean {
  return Math.abs(difference) <= sameMomentSeconds || Math.abs(difference) < window
}
