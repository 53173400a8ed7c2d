/** A comparison as a task. The comparison keeps its own row, with which it continues after a restart; this watches it. */
import type { ReconcileRun } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import type { TaskRun } from '../task-run.ts'
import { TaskInterrupted } from './task-runner.ts'

/** Watches the comparison with this id until it ends; a cancelled task cancels it. */
export async function watchComparison(
  id: number,
  { signal, progress }: TaskRun,
  reconciler: Pick<Reconciler, 'run' | 'cancel' | 'onChange'>,
): Promise<Result<ReconcileRun>> {
  const ended = Promise.withResolvers<ReconcileRun | null>()
  const look = (run: ReconcileRun): void => {
    if (run.id !== id) return
    progress(run.scenes_checked, run.scenes_total)
    if (run.state !== 'running') ended.resolve(run)
  }
  const endProgress = reconciler.onChange(look)
  const cancel = (): void => {
    // The comparison is interrupted by its own stop, so that it is not taken for a cancelled one.
    if (signal.reason instanceof TaskInterrupted) ended.resolve(null)
    else void reconciler.cancel()
  }
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const present = reconciler.run(id)
    if (present === null) return decline('unknown_name', { code: 'no_comparison', values: { id } })
    if (signal.aborted) cancel()
    look(present)
    const run = await ended.promise
    if (run?.state === 'done') return ok(run)
    if (run?.state === 'failed') return fail('unreachable', run.problem ?? 'The comparison failed')
    return fail('cancelled', 'The comparison was stopped')
  } finally {
    endProgress()
    signal.removeEventListener('abort', cancel)
  }
}
