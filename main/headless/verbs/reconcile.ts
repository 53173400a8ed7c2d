import type { GapRow, Invoke, ReconcileRun, ReconcileScope } from '../../../shared/contract.ts'
import { requireConfigured } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'

const pollMs = 250
const rowsPerRead = 1000

export function reconcile(
  context: Context,
  options: { scope: ReconcileScope; dryRun?: boolean; rows?: boolean },
): Promise<ExitCode> {
  return withEngine(
    context,
    async (invoke) => {
      const ready = await requireConfigured(context, invoke)
      if (ready !== null) return ready
      const started = await invoke('startReconcile', { scope: options.scope, dry_run: options.dryRun ?? false })
      if (!started.ok) return refuse(context, started.fault)
      const run = await finished(context, invoke, started.value)
      if (run === null) return exitCodes.failed
      const rows = options.rows === true ? await allRows(invoke, run.id) : null
      const { scope, scenes_checked, plex_items, gaps, enqueued, skipped, pending_rewrite, requests, seconds } = run
      context.output.answer(
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

async function finished(context: Context, invoke: Invoke, started: ReconcileRun): Promise<ReconcileRun | null> {
  const cancel = (): void => void invoke('cancelReconcile', {})
  context.signal.addEventListener('abort', cancel, { once: true })
  let run = started
  while (run.state === 'running') {
    await new Promise((resolve) => setTimeout(resolve, pollMs))
    const read = await invoke('getReconcile', { id: started.id })
    if (!read.ok || read.value.run === null) return null
    run = read.value.run
    context.output.progress(
      `${run.scenes_checked}${run.scenes_total === null ? '' : ` of ${run.scenes_total}`} scenes checked`,
    )
  }
  context.signal.removeEventListener('abort', cancel)
  return run
}

async function allRows(invoke: Invoke, id: number): Promise<GapRow[]> {
  const rows: GapRow[] = []
  for (;;) {
    const page = await invoke('listGaps', { id, offset: rows.length, limit: rowsPerRead })
    if (!page.ok) return rows
    rows.push(...page.value.rows)
    if (page.value.rows.length === 0 || rows.length >= page.value.total) return rows
  }
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
