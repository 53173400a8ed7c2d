/** A dry run: what a pull would bring, without storing anything. */

import type { PullReport } from '../../../shared/plays.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { chosenAccounts, ownerAccountId, unknownAccounts } from './accounts.ts'
import { type CollectRules, collectPlays, skipReason } from './collect.ts'
import { isForgotten } from './forget.ts'
import { FreshRows } from './fresh-rows.ts'
import { findHandMarks } from './hand-marks.ts'
import { storedPlays, UnstoredPlays } from './open-plays.ts'
import type { NewPlay, Play } from './play.ts'
import { countingPlayEffects } from './play-effects.ts'
import { type PullRun, sinceOf, startOf } from './pull.ts'
import { settlePlays } from './settle-plays.ts'
import { firstDayOfYear, serverMoment, startOfDay } from './start-moment.ts'
import { Tally } from './tally.ts'

/** More than fits on a page is no preview. */
const sampleSize = 50

export interface Preview {
  readonly fromDay: PullReport['from_day']
  readonly sample: readonly Play[]
}

/** Counts into the tally of the run. */
export async function previewPlays(run: PullRun): Promise<Result<Preview>> {
  const { deps, server, sectionIds, signal, tally } = run
  const accounts = await chosenAccounts(deps.settings().activity_accounts, server, deps, signal)
  if (!accounts.ok) return accounts
  if (accounts.value.unknown.length > 0) return fail('invalid_input', unknownAccounts(accounts.value))
  const start = startOf(run)
  const day = firstDayOfYear(deps.clock.now())
  const dayStart = startOfDay(day) ?? 0
  const progress = deps.progress.get(server)
  const isFirst = progress.readFrom === null
  // What the pull would read; before the first one "from now on" reads what a day would bring instead.
  const since = isFirst && start.from === 'now' ? dayStart : sinceOf(start, run)
  const rules: CollectRules = { server, sectionIds, accountIds: accounts.value.ids, start }
  const fresh = new FreshRows((play) => !deps.plays.knows(play) && !isForgotten(play.viewedAt, progress))
  const read = await collectPlays(deps.plex, { since, signal }, rules, (plays) => {
    fresh.take(plays)
    run.steps.found(plays.length)
  })
  if (!read.ok) return read
  if (run.wanted.handMarks && accounts.value.ids.has(ownerAccountId)) {
    const marks: NewPlay[] = []
    const marked = await findHandMarks(
      {
        ...deps,
        server,
        sectionIds,
        store: deps.viewing,
        moment: serverMoment(read.value, deps.clock.now()),
        thorough: run.thorough,
        dryRun: true,
        rowsOf: (ratingKey) => deps.plays.countOf(server, ratingKey, ownerAccountId) + fresh.countOf(ratingKey),
        add: (mark) => marks.push(mark),
        readHistoryOf: async (ratingKey) => {
          const ofItem = await collectPlays(deps.plex, { since: null, ratingKey, signal }, rules, (plays) =>
            fresh.take(plays),
          )
          return ofItem.ok ? ok(undefined) : ofItem
        },
      },
      signal,
    )
    if (!marked.ok) return marked
    fresh.take(marks)
  }
  const { rows } = fresh
  const sample: Play[] = []
  const judged = await judge(rows, run, tally, rules, (plays) => {
    sample.push(...plays.slice(0, sampleSize - sample.length))
  })
  if (!judged.ok) return judged
  if (start.from === 'day') return ok({ fromDay: null, sample })
  const other = new Tally()
  const instead = await judge(rows, run, other, { ...rules, start: { from: 'day', at: dayStart } }, () => {})
  if (!instead.ok) return instead
  return ok({ fromDay: { day, applied: other.plays, scenes: other.scenes }, sample })
}

async function judge(
  rows: readonly NewPlay[],
  { deps, server, signal, steps }: PullRun,
  tally: Tally,
  rules: CollectRules,
  onAdded: (plays: readonly Play[]) => void,
): Promise<Result<void>> {
  const open = new UnstoredPlays(storedPlays(deps.plays, server, true))
  for (const row of rows) {
    tally.seen()
    const reason = skipReason(row.viewedAt, row.accountId, rules)
    if (reason === null) open.add({ ...row, state: 'seen', reason: null })
    else tally.skipped(reason)
  }
  tally.parked(open.keyless)
  const effects = countingPlayEffects(deps.plays, server, tally, (scene, plays) =>
    onAdded(plays.map((play) => ({ ...play, sceneId: scene.id, title: play.title || scene.title }))),
  )
  return settlePlays(open, effects, { ...deps, server, steps }, signal)
}
