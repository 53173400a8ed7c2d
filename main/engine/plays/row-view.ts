/** Plays and their state as the contract shows them. */
import { moment } from '../../../shared/domain.ts'
import type { PlayRow, PlayRun, PlaysStatus } from '../../../shared/plays.ts'
import type { Play } from './play.ts'
import type { PlayStore } from './play-store.ts'
import type { ViewingStore } from './viewing-store.ts'

export interface RowViewDeps {
  readonly accountName: (play: Play) => string | null
  readonly sceneTitle: (sceneId: string) => string | null
  readonly stashUrl: (sceneId: string) => string | null
  readonly plexUrl: (ratingKey: string) => string | null
}

export function playRow(play: Play, view: RowViewDeps): PlayRow {
  const { sceneId, ratingKey, runId, state } = play
  return {
    run: runId,
    viewed_at: moment(play.viewedAt * 1000),
    account: view.accountName(play) ?? String(play.accountId),
    scene_id: sceneId,
    rating_key: ratingKey,
    title: (sceneId === null ? null : view.sceneTitle(sceneId)) || play.title,
    source: play.source,
    state,
    reason: play.reason,
    stash_time: play.stashAt === null ? null : moment(play.stashAt * 1000),
    stash_url: sceneId === null ? null : view.stashUrl(sceneId),
    plex_url: ratingKey === null ? null : view.plexUrl(ratingKey),
  }
}

const runsShown = 50

export function playRuns(plays: PlayStore, viewing: ViewingStore): PlayRun[] {
  return plays.runs(runsShown).map((run) => {
    const { resume, ratings, undone } = viewing.countsOf(run.id)
    return {
      id: run.id,
      started_at: moment(run.started_at),
      plays: run.plays,
      scenes: run.scenes,
      resume,
      ratings,
      undone: run.plays_undone + undone,
    }
  })
}

/** Totals over everything that is stored. */
export function playCounts(plays: PlayStore): PlaysStatus['counts'] {
  const rows = plays.counts()
  const count = (state: string, reason: string | null = null): number =>
    rows
      .filter((row) => row.state === state && (reason === null || row.reason === reason))
      .reduce((sum, row) => sum + row.count, 0)
  return {
    applied: count('applied'),
    parked: count('parked'),
    failed: count('failed'),
    undone: count('undone'),
    skipped: {
      baseline: count('skipped', 'baseline'),
      duplicate: count('skipped', 'duplicate'),
      already_in_stash: count('skipped', 'already_in_stash'),
      ambiguous: count('skipped', 'ambiguous'),
      other_account: count('skipped', 'other_account'),
    },
  }
}
