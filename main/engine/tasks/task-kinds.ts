/** What each kind of task does, and which of them continue after a restart. */

import * as z from 'zod'
import {
  calls,
  type EnqueueReport,
  type Handlers,
  type ParsedRequestOf,
  type ResponseOf,
} from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { secretNames } from '../../../shared/settings.ts'
import type { Task, TaskKind } from '../../../shared/tasks.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import { type ReconcileTaskDeps, watchComparison } from './reconcile-task.ts'
import { type SyncAllDeps, syncAll } from './sync-all.ts'
import type { BeginOptions, TaskRun, TaskRunner, TaskWork } from './task-runner.ts'

type Begin = ParsedRequestOf<'beginTask'>

/** Calls that a task runs as they are: they tell no progress. */
export type PlainCalls = 'createBackup' | 'importSettings' | 'purgeDeadLetters' | 'installPlugin'

/** Calls that are tasks themselves, for every caller. */
export type WatchedCalls = 'enqueueGaps' | 'rewriteItems' | 'adoptLocks' | 'previewSettings' | 'pullPlays' | 'undoPlays'
type Work<N extends WatchedCalls> = (request: ParsedRequestOf<N>, run: TaskRun) => Promise<Result<ResponseOf<N>>>
export type WatchedWork = { readonly [N in WatchedCalls]: Work<N> }

export interface TaskKindsDeps {
  readonly runner: TaskRunner
  readonly handlers: Pick<Handlers, PlainCalls>
  readonly work: WatchedWork
  readonly syncAll: SyncAllDeps
  /** The whole library is asked for. */
  readonly wantAll: () => void
  readonly reconciler: Pick<Reconciler, 'begin' | 'run' | 'cancel'>
  readonly onComparison: ReconcileTaskDeps['onProgress']
}

/** A preview changes nothing, so it may start again from the beginning; a secret among its values is never kept on disk. */
function continuedPreview(request: ParsedRequestOf<'previewSettings'>): BeginOptions {
  const names: readonly string[] = secretNames
  return Object.keys(request.values).some((name) => names.includes(name)) ? {} : { request }
}

const comparisonSchema = z.object({ run: z.number() })

export class TaskKinds {
  readonly #deps: TaskKindsDeps

  constructor(deps: TaskKindsDeps) {
    this.#deps = deps
  }

  /** Begins a task, or joins one that has the same result and runs already. Faults are those of the comparison. */
  begin(asked: Begin): Result<Task> {
    const { runner, reconciler, work } = this.#deps
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
      case 'gaps':
        return ok(runner.begin('gaps', (run) => work.enqueueGaps(asked.request, run), { request: asked.request }))
      case 'rewrite':
        return ok(runner.begin('rewrite', (run) => work.rewriteItems({}, run), { request: {}, join: true }))
      case 'adopt':
        return ok(runner.begin('adopt', (run) => work.adoptLocks(asked.request, run), { request: asked.request }))
      case 'purge':
        return ok(runner.begin('purge', this.#call('purgeDeadLetters', asked.request), { request: asked.request }))
      case 'preview':
        return ok(
          runner.begin('preview', (run) => work.previewSettings(asked.request, run), continuedPreview(asked.request)),
        )
      case 'backup':
        return ok(runner.begin('backup', this.#call('createBackup', asked.request)))
      // Not kept on disk: the document may hold secrets, and the passphrase opens them. It is read in one transaction.
      case 'import':
        return ok(runner.begin('import', this.#call('importSettings', asked.request)))
      case 'plugin_install':
        return ok(runner.begin('plugin_install', this.#call('installPlugin', asked.request)))
      case 'activity_pull':
        return ok(
          runner.begin('activity_pull', (run) => work.pullPlays(asked.request, run), { request: asked.request }),
        )
      case 'activity_undo':
        return ok(
          runner.begin('activity_undo', (run) => work.undoPlays(asked.request, run), { request: asked.request }),
        )
    }
  }

  /** The calls of the same work: each is a task, and returns its result. What writes continues when the caller leaves. */
  handlers(): Pick<Handlers, WatchedCalls | PlainCalls> {
    const { runner, work, handlers } = this.#deps
    return {
      // Half a copy is of no use to anybody.
      createBackup: (request, signal) =>
        runner.run('backup', (run) => handlers.createBackup(request, run.signal), { endsWithCaller: true }, signal),
      importSettings: (request, signal) =>
        runner.run('import', (run) => handlers.importSettings(request, run.signal), {}, signal),
      purgeDeadLetters: (request, signal) =>
        runner.run('purge', (run) => handlers.purgeDeadLetters(request, run.signal), { request }, signal),
      installPlugin: (request, signal) =>
        runner.run('plugin_install', (run) => handlers.installPlugin(request, run.signal), {}, signal),
      enqueueGaps: (request, signal) =>
        runner.run('gaps', (run) => work.enqueueGaps(request, run), { request }, signal),
      rewriteItems: (request, signal) =>
        runner.run('rewrite', (run) => work.rewriteItems(request, run), { request: {} }, signal),
      adoptLocks: (request, signal) =>
        runner.run(
          'adopt',
          (run) => work.adoptLocks(request, run),
          { request, endsWithCaller: request.dry_run },
          signal,
        ),
      previewSettings: (request, signal) =>
        runner.run('preview', (run) => work.previewSettings(request, run), { endsWithCaller: true }, signal),
      pullPlays: (request, signal) =>
        runner.run(
          'activity_pull',
          (run) => work.pullPlays(request, run),
          { request, endsWithCaller: request.dry_run },
          signal,
        ),
      undoPlays: (request, signal) =>
        runner.run('activity_undo', (run) => work.undoPlays(request, run), { request }, signal),
    }
  }

  /** Puts all scenes into the queue and waits for it. */
  enqueueAll(signal: AbortSignal): Promise<Result<EnqueueReport>> {
    this.#deps.wantAll()
    return this.#deps.runner.run('sync_all', (run) => syncAll(run, this.#deps.syncAll), { request: {} }, signal)
  }

  /** The work of an interrupted task; null where it cannot be continued. */
  workFor(kind: TaskKind, request: unknown): TaskWork | null {
    const { work, reconciler } = this.#deps
    switch (kind) {
      case 'sync_all':
        return this.#syncAll()
      case 'gaps': {
        const asked = calls.enqueueGaps.request.safeParse(request)
        return asked.success ? (run) => work.enqueueGaps(asked.data, run) : null
      }
      case 'rewrite':
        return (run) => work.rewriteItems({}, run)
      case 'preview': {
        const asked = calls.previewSettings.request.safeParse(request)
        return asked.success ? (run) => work.previewSettings(asked.data, run) : null
      }
      case 'adopt': {
        const asked = calls.adoptLocks.request.safeParse(request)
        return asked.success ? (run) => work.adoptLocks(asked.data, run) : null
      }
      case 'purge': {
        const asked = calls.purgeDeadLetters.request.safeParse(request)
        return asked.success ? this.#call('purgeDeadLetters', asked.data) : null
      }
      case 'activity_pull': {
        const asked = calls.pullPlays.request.safeParse(request)
        return asked.success ? (run) => work.pullPlays(asked.data, run) : null
      }
      case 'activity_undo': {
        const asked = calls.undoPlays.request.safeParse(request)
        return asked.success ? (run) => work.undoPlays(asked.data, run) : null
      }
      case 'reconcile': {
        const kept = comparisonSchema.safeParse(request)
        if (!kept.success || reconciler.run(kept.data.run)?.state !== 'running') return null
        return this.#comparison(kept.data.run)
      }
      default:
        return null
    }
  }

  #syncAll(): TaskWork {
    return (run) => syncAll(run, this.#deps.syncAll)
  }

  #comparison(id: number): TaskWork {
    const { reconciler, onComparison } = this.#deps
    return (run) => watchComparison(id, run, { reconciler, onProgress: onComparison })
  }

  #call<N extends PlainCalls>(name: N, request: ParsedRequestOf<N>): TaskWork {
    // The handler is the call's own; the compiler does not follow an index over a union.
    const handler = this.#deps.handlers[name] as (request: unknown, signal: AbortSignal) => Promise<Result<unknown>>
    return ({ signal }) => handler(request, signal)
  }
}
