import type { EnqueueReport, Handlers, ParsedRequestOf } from '../../../shared/contract.ts'
import { moment } from '../../../shared/domain.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import { pairsOf } from '../reconcile/gap-pairs.ts'
import type { Gaps } from '../reconcile/gaps.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import type { Services } from '../services.ts'

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
  | 'enqueueGaps'

export interface ReconcileHandlerDeps {
  readonly reconciler: Reconciler
  readonly gaps: Gaps
  nextComparisonAt(): number | null
}

export function reconcileHandlers(
  services: Services,
  { reconciler, gaps, nextComparisonAt }: ReconcileHandlerDeps,
): Pick<Handlers, ReconcileCalls> {
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
    listGaps: async ({ id, offset, limit, ...selection }) =>
      reconciler.run(id) === null ? noRun(id) : ok(gaps.page(id, selection, offset, limit)),
    enqueueGaps: (request) => enqueueGaps(services, reconciler, gaps, request),
  }
}

/** A person asked for it, so neither reconcile_missing nor a dead letter stands in the way. */
async function enqueueGaps(
  services: Services,
  reconciler: Reconciler,
  gaps: Gaps,
  { id, kind, scene_ids }: ParsedRequestOf<'enqueueGaps'>,
): Promise<Result<EnqueueReport>> {
  if (reconciler.run(id) === null) return noRun(id)
  const report = { scenes: 0, enqueued: 0, skipped: { no_file: 0, no_metadata: 0, already_queued: 0, filtered: 0 } }
  const chosen = scene_ids === undefined ? null : new Set(scene_ids.map(Number))
  for (let after = 0; ; ) {
    const page = gaps.notEnqueued(id, kind ?? null, after, scenesAtOnce)
    services.store.inTransaction(() => {
      for (const { sceneId, skipped } of page) {
        if (chosen !== null && !chosen.has(sceneId)) continue
        report.scenes += 1
        if (skipped === 'no_file' || skipped === 'no_metadata') {
          report.skipped[skipped] += 1
          continue
        }
        const subjectId = String(sceneId)
        if (services.store.isQueued('scene', subjectId)) report.skipped.already_queued += 1
        else {
          services.store.enqueue({ kind: 'scene', subjectId, fields: null, origin: 'reconcile' }, 0)
          report.enqueued += 1
        }
        gaps.markEnqueued(id, sceneId)
      }
    })
    services.worker.wake()
    services.events.statusChanged()
    const last = page.at(-1)
    if (last === undefined || page.length < scenesAtOnce) return ok(report)
    after = last.sceneId
    await new Promise<void>((resume) => setImmediate(resume))
  }
}

function noRun(id: number): ReturnType<typeof fail> {
  return fail('unknown_name', `There is no comparison ${id}`)
}
