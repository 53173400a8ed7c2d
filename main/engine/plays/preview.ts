/** A dry run: what a pull would bring, without storing anything. */
import type { PullReport } from '../../../shared/plays.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { PlexClient } from '../plex/client.ts'
import type { Clock } from '../ports.ts'
import { PreviewLedger } from './decide/preview-ledger.ts'
import type { SceneFinder } from './decide/scene-finder.ts'
import { settlePlays } from './decide/settle-plays.ts'
import { type Accounts, ownerAccountId } from './history/accounts.ts'
import { FreshRows } from './history/fresh-rows.ts'
import { findHandMarks } from './history/hand-marks.ts'
import { HistoryReader } from './history/history-reader.ts'
import { OwnerViewings } from './history/owner-viewings.ts'
import { type HistoryRules, skipReason } from './history/skip-reason.ts'
import { firstDayOfYear, startOfDay } from './history/start-moment.ts'
import type { PullProgress } from './pull-progress.ts'
import type { PullRun } from './pull-run.ts'
import type { NewPlay, Play } from './store/play.ts'
import type { PlayStore } from './store/play-store.ts'
import type { ViewingStore } from './store/viewing-store.ts'
import { Tally } from './tally.ts'
import { ViewingMemory } from './viewing/viewing-memory.ts'

export interface PreviewDeps {
  readonly plex: Pick<PlexClient, 'playHistory' | 'viewings' | 'viewingsOf'>
  readonly accounts: Accounts
  readonly progress: PullProgress
  readonly scenes: SceneFinder
  readonly plays: PlayStore
  readonly viewing: ViewingStore
  readonly clock: Clock
}

export interface Preview {
  /** What plays since the first day of the year would bring; null if the setting names a day. */
  readonly fromDay: PullReport['from_day']
  readonly sample: readonly Play[]
}

export class PlayPreview {
  readonly #deps: PreviewDeps

  constructor(deps: PreviewDeps) {
    this.#deps = deps
  }

  /** Counts into the tally of the run. */
  async preview(run: PullRun, wantsHandMarks: boolean): Promise<Result<Preview>> {
    const { accounts, progress, clock } = this.#deps
    const { server, sectionIds, signal } = run
    const chosen = await accounts.chosen(server, signal)
    if (!chosen.ok) return chosen
    const start = progress.startOf(server)
    const rules: HistoryRules = { server, sectionIds, accountIds: chosen.value, start }
    const day = firstDayOfYear(clock.now())
    const dayStart = startOfDay(day) ?? 0
    // What the pull would read; before the first one "from now on" reads what a day would bring instead.
    const isFirst = progress.get(server).readFrom === null
    const since = isFirst && start.from === 'now' ? dayStart : progress.sinceOf(start, run)
    const read = await this.#read(run, rules, since, wantsHandMarks)
    if (!read.ok) return read
    const judged = await this.#judge(read.value, run, run.tally, rules)
    if (!judged.ok) return judged
    const sample = judged.value
    if (start.from === 'day') return ok({ fromDay: null, sample })
    const other = new Tally()
    const instead = await this.#judge(read.value, run, other, { ...rules, start: { from: 'day', at: dayStart } })
    if (!instead.ok) return instead
    return ok({ fromDay: { day, applied: other.plays, scenes: other.scenes }, sample })
  }

  /** Rows of the history and marks by hand that are not known yet. */
  async #read(
    { server, sectionIds, thorough, steps, signal }: PullRun,
    rules: HistoryRules,
    since: number | null,
    wantsHandMarks: boolean,
  ): Promise<Result<readonly NewPlay[]>> {
    const { plex, progress, plays, viewing } = this.#deps
    const fresh = new FreshRows(plays, server, progress.get(server))
    const history = new HistoryReader(plex, rules, fresh)
    const read = await history.read(since, signal, (count) => steps.found(count))
    if (!read.ok) return read
    if (!wantsHandMarks || !rules.accountIds.has(ownerAccountId)) return ok(fresh.rows)
    const viewings = new OwnerViewings(plex, sectionIds)
    const memory = new ViewingMemory(viewing, server, true)
    const moment = progress.moment(read.value)
    const marked = await findHandMarks({ viewings, memory, history, moment, thorough }, signal)
    return marked.ok ? ok(fresh.rows) : marked
  }

  /** Takes rows to their outcome under these rules. Returns some of the plays that would be added. */
  async #judge(
    rows: readonly NewPlay[],
    { server, steps, signal }: PullRun,
    tally: Tally,
    rules: HistoryRules,
  ): Promise<Result<readonly Play[]>> {
    const { plays, scenes } = this.#deps
    const ledger = new PreviewLedger(plays, server, tally)
    for (const row of rows) {
      tally.seen()
      const reason = skipReason(row.viewedAt, row.accountId, rules)
      if (reason === null) ledger.take(row)
      else tally.skipped(reason)
    }
    const settled = await settlePlays({ ledger, scenes, steps }, signal)
    return settled.ok ? ok(ledger.sample) : settled
  }
}
