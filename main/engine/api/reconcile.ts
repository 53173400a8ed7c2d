import * as z from 'zod'
import {
  type EnqueueReport,
  enqueueReportSchema,
  type Handlers,
  type ParsedRequestOf,
} from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { moment } from '../../../shared/moment.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { GapPages } from '../reconcile/gap-pages.ts'
import { pairsOf } from '../reconcile/gap-pairs.ts'
import type { Gaps } from '../reconcile/gaps.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import type { TaskRun } from '../task-run.ts'
import type { LongWork } from '../tasks/long-kinds.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

const scenesAtOnce = 200
/** Gaps of each side that are looked at for pairs. */
const mostPaired = 20_000

type ReconcileCalls =
  | 'startReconcile'
  | 'cancelReconcile'
  | 'getReconcile'
  | 'listReconciles'
  | 'listGaps'
  | 'listGapPairs'

export interface ReconcileHandlerDeps {
  readonly reconciler: Reconciler
  readonly gaps: Gaps
  readonly gapPages: GapPages
  nextComparisonAt(): number | null
}

export function reconcileHandlers({
  reconciler,
  gaps,
  gapPages,
  nextComparisonAt,
}: ReconcileHandlerDeps): Pick<Handlers, ReconcileCalls> {
  return {
    startReconcile: async ({ scope, dry_run }) => reconciler.begin(scope, dry_run, 'manual'),
    cancelReconcile: () => reconciler.cancel(),
    getReconcile: async ({ id }) => ok({ run: reconciler.run(id) }),
    listReconciles: async () => ok({ runs: reconciler.list(), next_at: moment(nextComparisonAt()) }),
    listGapPairs: async ({ id }) =>
      reconciler.run(id) === null
        ? noRun(id)
        : ok({
            pairs: pairsOf(gaps.ofKind(id, 'missing', mostPaired), gaps.ofKind(id, 'unknown_to_stash', mostPaired)),
          }),
    listGaps: async (filter) => (reconciler.run(filter.id) === null ? noRun(filter.id) : ok(gapPages.page(filter))),
  }
}

export interface GapsWorkDeps {
  readonly reconciler: Pick<Reconciler, 'run'>
  readonly gaps: Gaps
  readonly jobs: JobStore
  /** Wakes the worker and publishes the new status. */
  readonly workChanged: () => void
}

/** What the task does that puts gaps into the queue. */
export function gapsWork(deps: GapsWorkDeps): Pick<LongWork, 'enqueueGaps'> {
  return { enqueueGaps: (request, run) => enqueueGaps(request, deps, run) }
}

const memoSchema = z.object({ after: z.number(), report: enqueueReportSchema })

/** The user asked for it, so neither reconcile_missing nor a dead letter stands in the way. */
async function enqueueGaps(
  { id, kind, scene_ids }: ParsedRequestOf<'enqueueGaps'>,
  { reconciler, gaps, jobs, workChanged }: GapsWorkDeps,
  run: TaskRun,
): Promise<Result<EnqueueReport>> {
  if (reconciler.run(id) === null) return noRun(id)
  const kept = memoSchema.safeParse(run.memo)
  const nothing = { scenes: 0, enqueued: 0, skipped: { no_file: 0, no_metadata: 0, already_queued: 0, filtered: 0 } }
  const report = kept.success ? kept.data.report : nothing
  const total = scene_ids?.length ?? null
  const chosen = scene_ids === undefined ? null : new Set(scene_ids.map(Number))
  for (let after = kept.success ? kept.data.after : 0; ; ) {
    if (run.signal.aborted) return fail('cancelled', 'Stopped')
    const page = gaps.notEnqueued(id, kind ?? null, after, scenesAtOnce)
    jobs.inTransaction(() => {
      for (const { sceneId, skipped } of page) {
        if (chosen !== null && !chosen.has(sceneId)) continue
        report.scenes += 1
        if (skipped === 'no_file' || skipped === 'no_metadata') {
          report.skipped[skipped] += 1
          continue
        }
        const subjectId = String(sceneId)
        if (jobs.isQueued('scene', subjectId)) report.skipped.already_queued += 1
        else {
          jobs.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'reconcile' }, 0)
          report.enqueued += 1
        }
        gaps.markEnqueued(id, sceneId)
      }
      after = page.at(-1)?.sceneId ?? after
      run.remember({ after, report })
    })
    run.progress(report.scenes, total)
    workChanged()
    if (page.length < scenesAtOnce) return ok(report)
    await yieldToEventLoop()
  }
}

function noRun(id: number): ReturnType<typeof decline> {
  return decline('unknown_name', { code: 'no_comparison', values: { id } })
}
