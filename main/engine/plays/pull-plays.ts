/** Pulls plays: settles what was left open, reads the history and marks by hand, and takes open plays to their outcome. */
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { SceneFinder } from './decide/scene-finder.ts'
import { settlePlays } from './decide/settle-plays.ts'
import { StoredLedger } from './decide/stored-ledger.ts'
import { type Accounts, ownerAccountId } from './history/accounts.ts'
import { findHandMarks } from './history/hand-marks.ts'
import { HistoryReader } from './history/history-reader.ts'
import { OwnerViewings } from './history/owner-viewings.ts'
import { StoredRows } from './history/stored-rows.ts'
import type { PullProgress } from './pull-progress.ts'
import type { PullRun } from './pull-run.ts'
import type { PlayStore } from './store/play-store.ts'
import type { ViewingStore } from './store/viewing-store.ts'
import { ViewingMemory } from './viewing/viewing-memory.ts'
import type { PlayWriter } from './write/play-writer.ts'

export interface PlayPullDeps {
  readonly plex: Pick<PlexClient, 'playHistory' | 'viewings' | 'viewingsOf'>
  readonly accounts: Accounts
  readonly progress: PullProgress
  readonly scenes: SceneFinder
  readonly plays: PlayStore
  readonly writer: PlayWriter
  readonly viewing: ViewingStore
}

export class PlayPull {
  readonly #deps: PlayPullDeps

  constructor(deps: PlayPullDeps) {
    this.#deps = deps
  }

  /** Pulls plays of the history and, where they are wanted, marks by hand. */
  async pull(run: PullRun, wantsHandMarks: boolean): Promise<Result<void>> {
    const { scenes, plays, writer } = this.#deps
    const { server, signal } = run
    if (run.thorough) await scenes.rememberLinks(server, signal)
    const recovered = await this.#recover(run)
    if (!recovered.ok) return recovered
    const read = await this.#read(run, wantsHandMarks)
    if (!read.ok) return read
    scenes.noteRivals(server)
    return settlePlays({ ledger: new StoredLedger({ run, plays, writer, scenes }), scenes, steps: run.steps }, signal)
  }

  /** Intents and undos that a crash or a lost response left open. */
  async #recover({ server, signal, tally, number }: PullRun): Promise<Result<void>> {
    const found = await this.#deps.writer.recover(server, signal)
    if (!found.ok) return found
    for (const { sceneId, runId } of found.value) {
      if (sceneId !== null) tally.applied(sceneId)
      if (runId !== null) number.add(runId)
    }
    return ok(undefined)
  }

  /** Takes new rows and marks into the table. */
  async #read(run: PullRun, wantsHandMarks: boolean): Promise<Result<void>> {
    const { plex, accounts, progress, plays, viewing } = this.#deps
    const { server, sectionIds, thorough, tally, steps, signal } = run
    const chosen = await accounts.chosen(server, signal)
    if (!chosen.ok) return chosen
    await accounts.refreshNames(server, thorough, signal)
    const start = progress.startOf(server)
    const since = progress.sinceOf(start, run)
    const history = new HistoryReader(
      plex,
      { server, sectionIds, accountIds: chosen.value, start },
      new StoredRows(plays, server, progress.get(server), tally),
    )
    const read = await history.read(since, signal, (count) => steps.found(count))
    if (!read.ok) return read
    const moment = progress.moment(read.value)
    progress.noteRead(server, since, moment)
    tally.parked(plays.parkKeyless(server))
    if (!wantsHandMarks || !chosen.value.has(ownerAccountId)) return ok(undefined)
    const viewings = new OwnerViewings(plex, sectionIds)
    const memory = new ViewingMemory(viewing, server, false)
    return findHandMarks({ viewings, memory, history, moment, thorough }, signal)
  }
}
