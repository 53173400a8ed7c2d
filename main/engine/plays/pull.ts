/**
 * One pull: what was about to happen is settled first, then new rows of the history are stored, then open plays are
 * resolved, told apart and added, then resume points and ratings follow. A dry run goes the same way and stores nothing.
 */

import { fail, ok, type Result } from '../../../shared/result.ts'
import { chosenAccounts, ownerAccountId, readAccountNames, unknownAccounts } from './accounts.ts'
import { type CollectRules, collectPlays, type Start, skipReason } from './collect.ts'
import { isForgotten } from './forget.ts'
import { findHandMarks } from './hand-marks.ts'
import { storedPlays } from './open-plays.ts'
import { writingPlayEffects } from './play-effects.ts'
import type { PullDeps, PullRequest } from './pull-deps.ts'
import { pullRatings } from './ratings.ts'
import { recoverIntents } from './recover.ts'
import { pullResumePoints, type ViewingDeps } from './resume.ts'
import { settlePlays } from './settle-plays.ts'
import { serverMoment, startOfDay } from './start-moment.ts'
import type { Steps } from './steps.ts'
import type { Tally } from './tally.ts'
import { undoPlays } from './undo-plays.ts'
import { countingEffects, writingEffects } from './viewing-effects.ts'
import type { WantedActivity } from './wanted.ts'

const daySeconds = 24 * 60 * 60
/** What was watched offline may arrive this late; every pull looks back a little, one a day looks back far. */
export const shallowSeconds = 3 * daySeconds
const deepSeconds = 60 * daySeconds
const deepEveryMs = 24 * 60 * 60_000

/** A pull that is under way: what its steps share. */
export interface PullRun {
  readonly deps: PullDeps
  readonly request: PullRequest
  readonly wanted: WantedActivity
  readonly server: string
  readonly sectionIds: readonly string[]
  readonly tally: Tally
  readonly runs: RunOnDemand
  readonly signal: AbortSignal
  readonly steps: Steps
  /** Once a day, and on request: what arrived late, and what waited in vain. */
  readonly thorough: boolean
}

/** A run gets its number when something is about to be written. */
export class RunOnDemand {
  readonly #begin: () => number
  readonly #earlier = new Set<number>()
  #id: number | null = null
  constructor(begin: () => number) {
    this.#begin = begin
  }
  readonly id = (): number => {
    this.#id ??= this.#begin()
    return this.#id
  }
  /** An earlier run whose writes turned out to have been carried out. */
  add(id: number): void {
    this.#earlier.add(id)
  }
  get ids(): number[] {
    return [...this.#earlier, ...(this.#id === null ? [] : [this.#id])]
  }
}

/** Plays of the history and marks by hand. */
export async function pullPlays(run: PullRun): Promise<Result<void>> {
  const { deps, server, sectionIds, signal, tally } = run
  const recovered = await recover(run)
  if (!recovered.ok) return recovered
  const accounts = await chosen(run)
  if (!accounts.ok) return accounts
  const now = deps.clock.now()
  const progress = deps.progress.get(server)
  const isFirst = progress.readFrom === null
  const start = startOf(run)
  const since = sinceOf(start, run)
  const rules: CollectRules = { server, sectionIds, accountIds: accounts.value, start }
  const take = (plays: readonly Parameters<typeof deps.plays.add>[0][]): void =>
    deps.plays.inTransaction(() => {
      for (const play of plays) {
        if (isForgotten(play.viewedAt, progress) && !deps.plays.knows(play)) continue
        if (!deps.plays.add(play)) continue
        tally.seen()
        const reason = skipReason(play.viewedAt, play.accountId, rules)
        if (reason !== null) tally.skipped(reason)
      }
    })
  const read = await collectPlays(deps.plex, { since, signal }, rules, (plays) => {
    take(plays)
    run.steps.found(plays.length)
  })
  if (!read.ok) return read
  const moment = serverMoment(read.value, now)
  // Only now: a first pull that is cut off begins again with everything as its baseline.
  deps.progress.put(server, {
    ...deps.progress.get(server),
    baselineAt: progress.baselineAt ?? moment,
    readFrom: isFirst ? (since ?? 0) : Math.min(progress.readFrom ?? 0, since ?? 0),
  })
  tally.parked(deps.plays.parkKeyless(server))
  if (run.wanted.handMarks && accounts.value.has(ownerAccountId)) {
    const marked = await findHandMarks(
      {
        ...deps,
        server,
        sectionIds,
        store: deps.viewing,
        moment,
        thorough: run.thorough,
        dryRun: false,
        rowsOf: (ratingKey) => deps.plays.countOf(server, ratingKey, ownerAccountId),
        add: (mark) => {
          const reason = skipReason(mark.viewedAt, mark.accountId, rules)
          take([{ ...mark, state: reason === null ? 'seen' : 'skipped', reason }])
        },
        readHistoryOf: async (ratingKey) => {
          const rows = await collectPlays(deps.plex, { since: null, ratingKey, signal }, rules, take)
          return rows.ok ? ok(undefined) : rows
        },
      },
      signal,
    )
    if (!marked.ok) return marked
  }
  for (const { ratingKey, sceneId } of deps.rivals()) deps.links.addRival(server, ratingKey, sceneId)
  return settlePlays(
    storedPlays(deps.plays, server, run.thorough),
    writingPlayEffects({
      ...deps,
      server,
      tally,
      runId: run.runs.id,
      onAdded: (scene, plays) =>
        deps.logger.log('info', 'Plays', `Scene ${scene.id}: added ${plays.length} plays`, { sceneId: scene.id }),
    }),
    { ...deps, server, steps: run.steps },
    signal,
  )
}

/** Resume points and ratings of the owner. */
export async function pullViewings(run: PullRun): Promise<Result<void>> {
  const { deps, request, server, wanted, signal } = run
  if (!wanted.resume && !wanted.ratings) return ok(undefined)
  const viewing: ViewingDeps = {
    ...deps,
    server,
    store: deps.viewing,
    sectionIds: run.sectionIds,
    moment: serverMoment(null, deps.clock.now()),
    thorough: run.thorough,
    dryRun: request.dryRun,
    steps: run.steps,
  }
  const effects = request.dryRun
    ? countingEffects(run.tally)
    : writingEffects({ ...deps, server, store: deps.viewing, tally: run.tally, runId: run.runs.id })
  if (wanted.resume) {
    const pulled = await pullResumePoints(effects, viewing, signal)
    if (!pulled.ok) return pulled
  }
  return wanted.ratings ? pullRatings(effects, viewing, signal) : ok(undefined)
}

/** The moment from which plays count. */
export function startOf({ deps, server }: Pick<PullRun, 'deps' | 'server'>): Start {
  const day = startOfDay(deps.settings().activity_from)
  return day === null ? { from: 'now', at: deps.progress.get(server).baselineAt } : { from: 'day', at: day }
}

/** Whether this pull looks for late rows too. */
export function isThorough(deps: PullDeps, server: string, manual: boolean): boolean {
  const { deepAt } = deps.progress.get(server)
  const now = deps.clock.now()
  return manual || deepAt === null || now - deepAt >= deepEveryMs || now < deepAt
}

/** How far back to read, epoch seconds; null for all of it. */
export function sinceOf(start: Start, { deps, server, thorough }: PullRun): number | null {
  const { readFrom } = deps.progress.get(server)
  if (readFrom === null) return start.from === 'day' ? start.at : null
  const moment = serverMoment(null, deps.clock.now())
  const window = moment - (thorough ? deepSeconds : shallowSeconds)
  // An earlier day was set: what was never read is read back to it.
  return start.from === 'day' && start.at < readFrom ? Math.min(start.at, window) : window
}

async function chosen({ deps, server, signal, thorough }: PullRun): Promise<Result<ReadonlySet<number>>> {
  const accounts = await chosenAccounts(deps.settings().activity_accounts, server, deps, signal)
  if (!accounts.ok) return accounts
  if (accounts.value.unknown.length > 0) return fail('invalid_input', unknownAccounts(accounts.value))
  // Names are for display only: where they cannot be read, numbers are shown.
  if (thorough || deps.accounts.list(server).length === 0) await readAccountNames(server, deps, signal)
  return ok(accounts.value.ids)
}

/** Intents and undos that a crash or a lost answer left open. */
async function recover({ deps, server, signal, tally, runs }: PullRun): Promise<Result<void>> {
  const found = await recoverIntents(server, deps, signal)
  if (!found.ok) return found
  for (const { sceneId, runId } of found.value) {
    if (sceneId !== null) tally.applied(sceneId)
    if (runId !== null) runs.add(runId)
  }
  const begun = deps.plays.undoBegun()
  if (begun.length === 0) return ok(undefined)
  const undone = await undoPlays(begun, deps, signal)
  return undone.ok ? ok(undefined) : undone
}
