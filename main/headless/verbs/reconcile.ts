import {
  type GapRow,
  type Invoke,
  type ReconcileRun,
  type ReconcileScope,
  reconcileRunSchema,
} from '../../../shared/contract.ts'
import { type PageAsked, pageAfter } from '../../../shared/pages.ts'
import type { Task } from '../../../shared/tasks.ts'
import { withConfiguredEngine } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse } from '../context.ts'
import { refuseTask, runTask } from '../watch-task.ts'

const rowsPerRead = 1000

export function reconcile(
  context: Context,
  options: { scope: ReconcileScope; dryRun?: boolean; rows?: boolean; detach?: boolean },
): Promise<ExitCode> {
  return withConfiguredEngine(
    context,
    async (invoke, running) => {
      const request = { scope: options.scope, dry_run: options.dryRun ?? false }
      const watched = await runTask(
        context,
        { invoke, running, detach: options.detach },
        { kind: 'reconcile', request },
      )
      if (!watched.ok) return refuse(context, watched.fault)
      if (watched.value.kind === 'left') return watched.value.code
      const { task } = watched.value
      const run = await comparisonOf(context, invoke, task)
      if (run === null) return refuseTask(context, task)
      const rows = options.rows === true ? await allRows(context, invoke, run.id) : null
      const { scope, scenes_checked, plex_items, gaps, enqueued, skipped, pending_rewrite, requests, seconds } = run
      context.output.result(
        {
          scope,
          scenes_checked,
          plex_items,
          gaps,
          enqueued,
          skipped,
          pending_rewrite,
          requests,
          seconds,
          ...(rows === null ? {} : { rows }),
        },
        () => [describe(run), ...(rows ?? []).map(describeRow)].join('\n'),
      )
      if (run.state === 'done') return exitCodes.done
      context.output.note(run.problem ?? `The comparison ended early: ${run.state}`)
      return run.state === 'failed' ? exitCodes.noAnswer : exitCodes.failed
    },
    { exclusive: true },
  )
}

/** The comparison of a task: its result, or as far as it came. */
async function comparisonOf(context: Context, invoke: Invoke, { result }: Task): Promise<ReconcileRun | null> {
  const whole = reconcileRunSchema.safeParse(result)
  if (whole.success) return whole.data
  const latest = await invoke('getReconcile', {}, context.signal)
  return latest.ok ? latest.value.run : null
}

async function allRows(context: Context, invoke: Invoke, id: number): Promise<GapRow[]> {
  const rows: GapRow[] = []
  for (let asked: PageAsked | null = { offset: 0, limit: rowsPerRead }; asked !== null; ) {
    const page = await invoke('listGaps', { id, ...asked }, context.signal)
    if (!page.ok) return rows
    rows.push(...page.value.rows)
    asked = pageAfter(asked, page.value)
  }
  return rows
}

function describe(run: ReconcileRun): string {
  const { gaps, skipped } = run
  return [
    `${run.scenes_checked} scenes against ${run.plex_items} Plex items in ${run.seconds.toFixed(1)} s, ` +
      `${run.requests.stash} requests to Stash, ${run.requests.plex} to Plex`,
    `Gaps: ${gaps.missing} missing, ${gaps.empty} empty, ${gaps.stale} stale, ${gaps.drifted} drifted, ${gaps.unknown_to_stash} unknown to Stash`,
    `Enqueued ${run.enqueued}; skipped: ${skipped.already_queued} already queued, ${skipped.no_metadata} without metadata, ${skipped.no_file} without a file, ${skipped.filtered} held back by a setting`,
  ].join('\n')
}

function describeRow(row: GapRow): string {
  const fields = row.changes.map((change) => change.field).join(', ')
  return `${row.kind}  ${row.scene_id === null ? '' : `scene ${row.scene_id} `}${row.title}  ${fields}${row.skipped === null ? '' : `  (${row.skipped})`}`
}
