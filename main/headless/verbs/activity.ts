import type { PlayRow, PlayState, PlaysStatus, PullReport } from '../../../shared/plays.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { requireConfigured } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'
import { table } from '../output.ts'
import { workOf } from '../watch-task.ts'

const rowsPerRead = 1000

export function pull(context: Context, options: { dryRun?: boolean; detach?: boolean }): Promise<ExitCode> {
  const dryRun = options.dryRun ?? false
  return withEngine(
    context,
    async (invoke, running) => {
      const state = await invoke('getPlays', {}, context.signal)
      if (!state.ok) return refuse(context, state.fault)
      if (dryRun || state.value.on) {
        const ready = await requireConfigured(context, invoke)
        if (ready !== null) return ready
      }
      const request = { kind: 'activity_pull', request: { dry_run: dryRun } } as const
      const response = await workOf(context, { invoke, running, detach: options.detach }, 'pullPlays', request)
      if (response.kind === 'code') return response.code
      const report = response.value
      const note = noteOn(state.value, dryRun)
      if (note !== null) context.output.note(note)
      context.output.result(documentOf(report), () => describe(report, dryRun))
      const failed = report.failed + report.resume.failed + report.ratings.failed
      return failed > 0 ? exitCodes.failed : exitCodes.done
    },
    // Two pulls at the same time could both add what neither sees yet.
    { exclusive: true },
  )
}

export function list(context: Context, options: { state?: PlayState; limit: number }): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const rows: PlayRow[] = []
    while (rows.length < options.limit) {
      const page = await invoke(
        'listPlays',
        {
          ...(options.state === undefined ? {} : { state: options.state }),
          offset: rows.length,
          limit: Math.min(rowsPerRead, options.limit - rows.length),
        },
        context.signal,
      )
      if (!page.ok) return refuse(context, page.fault)
      rows.push(...page.value.rows)
      if (page.value.rows.length === 0 || rows.length >= page.value.total) break
    }
    context.output.result(rows.map(rowOf), () =>
      rows.length === 0
        ? 'No plays.'
        : table(
            ['RUN', 'VIEWED', 'ACCOUNT', 'SCENE', 'ITEM', 'STATE', 'TITLE'],
            rows.map((row) => [
              row.run === null ? '' : String(row.run),
              row.viewed_at,
              row.account,
              row.scene_id ?? '',
              row.rating_key ?? '',
              row.reason === null ? row.state : `${row.state} (${row.reason})`,
              row.title,
            ]),
          ),
    )
    return exitCodes.done
  })
}

export function undo(
  context: Context,
  options: { all?: boolean; detach?: boolean },
  run: string | undefined,
): Promise<ExitCode> {
  const selection = selectionOf(run, options.all === true)
  if (!selection.ok) return Promise.resolve(refuse(context, selection.fault))
  return withEngine(
    context,
    async (invoke, running) => {
      const request = { kind: 'activity_undo', request: selection.value } as const
      const response = await workOf(context, { invoke, running, detach: options.detach }, 'undoPlays', request)
      if (response.kind === 'code') return response.code
      const { undone, resume, ratings, kept } = response.value
      context.output.result(response.value, () =>
        [
          `${undone} ${undone === 1 ? 'play' : 'plays'} taken out of Stash again, ${resume} ${resume === 1 ? 'resume point' : 'resume points'} and ${ratings} ${ratings === 1 ? 'rating' : 'ratings'} put back.`,
          ...(kept === 0 ? [] : [`${kept} values were changed in Stash since and stay.`]),
        ].join('\n'),
      )
      return exitCodes.done
    },
    { exclusive: true },
  )
}

/** One line about what stays off although the user may expect it; null if there is nothing to say. */
function noteOn({ on, notices }: PlaysStatus, dryRun: boolean): string | null {
  if (notices.some(({ code }) => code === 'ratings_both_ways'))
    return 'activity_ratings stays off: sync_rating is on, and ratings go in one direction only.'
  return on || dryRun ? null : 'Nothing is switched on: set activity_plays, activity_resume or activity_ratings first.'
}

function selectionOf(
  run: string | undefined,
  all: boolean,
): Result<{ select: 'all' } | { select: 'run'; run: number }> {
  if (all && run !== undefined) return fail('invalid_input', 'Specify a run or --all, not both')
  if (all) return ok({ select: 'all' })
  if (run === undefined) return fail('invalid_input', 'Specify a run, or --all')
  return /^[1-9]\d{0,14}$/.test(run)
    ? ok({ select: 'run', run: Number(run) })
    : fail('invalid_input', `${run} is not a run; plexsync activity list shows them`)
}

/** As promised to scripts, with what came later behind it. */
function documentOf({ sample: _sample, ...report }: PullReport): Omit<PullReport, 'sample'> {
  return report
}

function rowOf({ run, viewed_at, account, scene_id, rating_key, state, reason, stash_time }: PlayRow) {
  return { run, viewed_at, account, scene_id, rating_key, state, reason, stash_time }
}

function describe(report: PullReport, dryRun: boolean): string {
  const { applied, scenes, parked, failed, skipped, resume, ratings, from_day } = report
  const known = skipped.duplicate + skipped.already_in_stash
  const left = [
    count(known, 'duplicate', 'duplicates'),
    count(parked, 'without a certain scene', 'without a certain scene'),
    count(skipped.ambiguous, 'with two scenes', 'with two scenes'),
    count(skipped.other_account, 'of another account', 'of other accounts'),
    count(skipped.baseline, 'from before', 'from before'),
    count(failed, 'failed', 'failed'),
  ].filter((part) => part !== '')
  const lines = [
    `${dryRun ? 'Would add' : 'Added'} ${playsTo(applied, scenes)}${left.length === 0 ? '' : `; ${left.join(', ')}`}.`,
  ]
  if (from_day !== null)
    lines.unshift(`From now on: ${applied}. From ${from_day.day}: ${playsTo(from_day.applied, from_day.scenes)}.`)
  if (resume.applied + resume.failed + ratings.applied + ratings.failed > 0)
    lines.push(
      `Resume points: ${resume.applied} written, ${resume.failed} failed. Ratings: ${ratings.applied} written, ${ratings.failed} failed.`,
    )
  if (report.runs.length > 0)
    lines.push(`Undo with: ${report.runs.map((run) => `plexsync activity undo ${run}`).join('; ')}`)
  return lines.join('\n')
}

function playsTo(plays: number, scenes: number): string {
  return `${plays} ${plays === 1 ? 'play' : 'plays'} to ${scenes} ${scenes === 1 ? 'scene' : 'scenes'}`
}

function count(number: number, one: string, many: string): string {
  return number === 0 ? '' : `${number} ${number === 1 ? one : many}`
}
