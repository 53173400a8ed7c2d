/** What each kind of task does, and which of them continue after a restart. Most run the handler of the call they stand for. */

import * as z from 'zod'
import { calls, type EnqueueReport, type Handlers, type ParsedRequestOf } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Task, TaskKind } from '../../../shared/tasks.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import { type ReconcileTaskDeps, watchComparison } from './reconcile-task.ts'
import { type SyncAllDeps, syncAll } from './sync-all.ts'
import type { TaskRunner, TaskWork } from './task-runner.ts'

type Begin = ParsedRequestOf<'beginTask'>
type Calls =
  | 'rewriteItems'
  | 'previewSettings'
  | 'createBackup'
  | 'importSettings'
  | 'purgeDeadLetters'
  | 'installPlugin'
  | 'pullPlays'

export interface TaskKindsDeps {
  readonly runner: TaskRunner
  readonly handlers: Pick<Handlers, Calls>
  readonly syncAll: SyncAllDeps
  /** The whole library is asked for. */
  readonly wantAll: () => void
  readonly reconciler: Pick<Reconciler, 'begin' | 'run' | 'cancel'>
  readonly onComparison: ReconcileTaskDeps['onProgress']
}

const comparisonSchema = z.object({ run: z.number() })

export class TaskKinds {
  readonly #deps: TaskKindsDeps

  constructor(deps: TaskKindsDeps) {
    this.#deps = deps
  }

  /** Begins a task, or joins the sync of all scenes that runs already. Faults are those of the comparison. */
  begin(asked: Begin): Result<Task> {
    const { runner, reconciler } = this.#deps
    switch (asked.kind) {
      case 'sync_all':
        this.#deps.wantAll()
        return ok(runner.begin('sync_all', this.#syncAll(), { request: {}, join: true }))
      case 'reconcile': {
        const { scope, dry_run } = asked.request
        const begun = reconciler.begin(scope, dry_run, 'manual')
        if (!begun.ok) return begun
        const { id } = begun.value
        return ok(runner.begin('reconcile', this.#comparison(id), { request: { run: id } }))
      }
      case 'rewrite':
        return ok(runner.begin('rewrite', this.#call('rewriteItems', {}), { request: {}, join: true }))
      case 'purge':
        return ok(runner.begin('purge', this.#call('purgeDeadLetters', asked.request), { request: asked.request }))
      case 'preview':
        return ok(runner.begin('preview', this.#call('previewSettings', asked.request)))
      case 'backup':
        return ok(runner.begin('backup', this.#call('createBackup', asked.request)))
      // Not kept on disk: the document may hold secrets, and the passphrase opens them. It is read in one transaction.
      case 'import':
        return ok(runner.begin('import', this.#call('importSettings', asked.request)))
      case 'plugin_install':
        return ok(runner.begin('plugin_install', this.#call('installPlugin', asked.request)))
      case 'activity_pull':
        return ok(runner.begin('activity_pull', this.#call('pullPlays', asked.request)))
    }
  }

  /** Puts all scenes into the queue and waits for it. */
  async enqueueAll(): Promise<Result<EnqueueReport>> {
    this.#deps.wantAll()
    const report = Promise.withResolvers<Result<EnqueueReport>>()
    const work: TaskWork = async (run) => {
      const done = await syncAll(run, this.#deps.syncAll)
      report.resolve(done)
      return done
    }
    const begun = this.#deps.runner.begin('sync_all', work, { request: {} })
    void this.#deps.runner.ended(begun.id).then((task) => {
      const { code, message } = task?.problem ?? { code: 'cancelled' as const, message: 'Stopped' }
      report.resolve({ ok: false, fault: { code, message } })
    })
    return report.promise
  }

  /** The work of an interrupted task; null where it cannot be continued. */
  workFor(kind: TaskKind, request: unknown): TaskWork | null {
    if (kind === 'sync_all') return this.#syncAll()
    if (kind === 'rewrite') return this.#call('rewriteItems', {})
    if (kind === 'purge') {
      const parsed = calls.purgeDeadLetters.request.safeParse(request)
      return parsed.success ? this.#call('purgeDeadLetters', parsed.data) : null
    }
    if (kind !== 'reconcile') return null
    const kept = comparisonSchema.safeParse(request)
    if (!kept.success || this.#deps.reconciler.run(kept.data.run)?.state !== 'running') return null
    return this.#comparison(kept.data.run)
  }

  #syncAll(): TaskWork {
    return (run) => syncAll(run, this.#deps.syncAll)
  }

  #comparison(id: number): TaskWork {
    const { reconciler, onComparison } = this.#deps
    return (run) => watchComparison(id, run, { reconciler, onProgress: onComparison })
  }

  #call<N extends Calls>(name: N, request: ParsedRequestOf<N>): TaskWork {
    // The handler is the call's own; the compiler does not follow an index over a union.
    const handler = this.#deps.handlers[name] as (request: unknown, signal: AbortSignal) => Promise<Result<unknown>>
    return ({ signal }) => handler(request, signal)
  }
}
