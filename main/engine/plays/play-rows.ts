/** Plays, runs and counts as the contract shows them. */
import { moment } from '../../../shared/moment.ts'
import type { PlayRow, PlayRun, PlaysStatus } from '../../../shared/plays.ts'
import type { Settings } from '../../../shared/settings.ts'
import type { PlexClient } from '../plex/client.ts'
import { stashLink } from '../stash/scene-link.ts'
import type { SceneStates } from '../sync/scene-states.ts'
import type { Accounts } from './history/accounts.ts'
import type { Play } from './store/play.ts'
import type { PlaySelection, PlayStore } from './store/play-store.ts'
import type { ViewingStore } from './store/viewing-store.ts'

export interface PlayRowsDeps {
  readonly plays: PlayStore
  readonly viewing: ViewingStore
  readonly accounts: Accounts
  readonly states: Pick<SceneStates, 'get'>
  readonly plex: Pick<PlexClient, 'webUrl'>
  readonly settings: () => Settings
}

const runsShown = 50

export class PlayRows {
  readonly #deps: PlayRowsDeps

  constructor(deps: PlayRowsDeps) {
    this.#deps = deps
  }

  list(selection: PlaySelection): { readonly total: number; readonly rows: PlayRow[] } {
    const { total, plays } = this.#deps.plays.list(selection)
    return { total, rows: plays.map((play) => this.row(play)) }
  }

  row(play: Play): PlayRow {
    const { accounts, states, plex, settings } = this.#deps
    const { sceneId, ratingKey, runId, state, server, accountId } = play
    const { stash_url } = settings()
    return {
      run: runId,
      viewed_at: moment(play.viewedAt * 1000),
      account: accounts.nameOf(server, accountId) ?? String(accountId),
      scene_id: sceneId,
      rating_key: ratingKey,
      title: (sceneId === null ? null : (states.get(sceneId)?.title ?? null)) || play.title,
      source: play.source,
      state,
      reason: play.reason,
      stash_time: play.stashAt === null ? null : moment(play.stashAt * 1000),
      stash_url: sceneId === null ? null : stashLink(stash_url, sceneId),
      plex_url: ratingKey === null ? null : plex.webUrl(ratingKey),
    }
  }

  /** The last runs, newest first. */
  runs(): PlayRun[] {
    const { plays, viewing } = this.#deps
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
  counts(): PlaysStatus['counts'] {
    const rows = this.#deps.plays.counts()
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
}
