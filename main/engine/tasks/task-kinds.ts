/** What each kind of task does, and which of them continue after a restart. */

import * as z from 'zod'
import {
  calls,
  type EnqueueReport,
  type Handlers,
  type ParsedRequestOf,
  type SyncSelection,
} from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import type { Task, TaskKind } from '../../../shared/tasks.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import type { TaskRun } from '../task-run.ts'
import {
  type CallOf,
  callOfKind,
  type LongHandlers,
  type LongKind,
  type LongWork,
  type PlainCalls,
  ways,
} from './long-kinds.ts'
import { watchComparison } from './reconcile-task.ts'
import { type BeginOptions, type TaskRunner, type TaskWork, untracked } from './task-runner.ts'

type Begin = ParsedRequestOf<'beginTask'>

export interface TaskKindsDeps {
  readonly runner: TaskRunner
  readonly handlers: Pick<Handlers, PlainCalls>
  readonly work: LongWork
  /** Puts the whole library into the queue. */
  readonly syncAll: (run: TaskRun) => Promise<Result<EnqueueReport>>
  /** Scenes that are read before they are put into the queue. */
  readonly syncSome: (selection: SyncSelection, run: TaskRun) => Promise<Result<EnqueueReport>>
  /** The whole library is asked for. */
  readonly wantAll: () => void
  readonly reconciler: Pick<Reconciler, 'begin' | 'run' | 'cancel' | 'onChange'>
}

const comparisonSchema = z.object({ run: z.number() })

export class TaskKinds {
  readonly #deps: TaskKindsDeps

  constructor(deps: TaskKindsDeps) {
    this.#deps = deps
  }

  /** Begins a task, or joins one that has the same result and runs already. Faults are those of the comparison. */
  begin(asked: Begin): Result<Task> {
    const { runner, reconciler } = this.#deps
    switch (asked.kind) {
      case 'sync_all':
        this.#deps.wantAll()
        return ok(runner.begin('sync_all', this.#syncAll(), { request: {}, join: true }))
      case 'sync_some':
        return ok(runner.begin('sync_some', this.#syncSome(asked.request), { request: asked.request }))
      case 'reconcile': {
        const { scope, dry_run } = asked.request
        const begun = reconciler.begin(scope, dry_run, 'manual')
        if (!begun.ok) return begun
        const { id } = begun.value
        return ok(runner.begin('reconcile', this.#comparison(id), { request: { run: id } }))
      }
      default: {
        const { kind, request } = asked
        return ok(runner.begin(kind, this.#workOf(kind, request), { ...kept(kind, request), ...manners(kind) }))
      }
    }
  }

  /** The calls of the same work: each is a task, and returns its result. What writes continues when the caller leaves. */
  handlers(): LongHandlers {
    return {
      planScenes: this.#handler('plan', isPortion),
      enqueueGaps: this.#handler('gaps'),
      rewriteItems: this.#handler('rewrite'),
      adoptLocks: this.#handler('adopt'),
      previewSettings: this.#handler('preview'),
      createBackup: this.#handler('backup'),
      restoreBackup: this.#handler('restore'),
      importSettings: this.#handler('import'),
      retryDeadLetters: this.#handler('retry', isFew),
      discardDeadLetters: this.#handler('discard', isFew),
      restoreDeadLetters: this.#handler('undo_discard', isFew),
      purgeDeadLetters: this.#handler('purge'),
      runHealthChecks: this.#handler('doctor'),
      testPaths: this.#handler('paths_test'),
      suggestPaths: this.#handler('paths_suggest'),
      clearPictures: this.#handler('clear_pictures'),
      installPlugin: this.#handler('plugin_install'),
      pullPlays: this.#handler('activity_pull'),
      undoPlays: this.#handler('activity_undo'),
    }
  }

  /** Puts scenes into the queue and waits for it: a task, except for those that one request reads. */
  async enqueueScenes(selection: SyncSelection, signal: AbortSignal): Promise<Result<EnqueueReport>> {
    const { runner, syncAll, syncSome, wantAll } = this.#deps
    if (selection.scope === 'all') {
      wantAll()
      return runner.run('sync_all', syncAll, { request: {} }, signal)
    }
    if (selection.scope === 'scenes' && selection.scene_ids.length <= scenesPerRequest)
      return syncSome(selection, untracked(signal))
    return runner.run('sync_some', (run) => syncSome(selection, run), { request: selection }, signal)
  }

  /** The work of an interrupted task; null if it cannot be continued. */
  workFor(kind: TaskKind, request: unknown): TaskWork | null {
    const { reconciler } = this.#deps
    switch (kind) {
      case 'sync_all':
        return this.#syncAll()
      case 'sync_some': {
        const asked = calls.enqueueScenes.request.safeParse(request)
        return asked.success ? this.#syncSome(asked.data) : null
      }
      case 'reconcile': {
        const of = comparisonSchema.safeParse(request)
        if (!of.success || reconciler.run(of.data.run)?.state !== 'running') return null
        return this.#comparison(of.data.run)
      }
      default: {
        const asked = calls[callOfKind[kind]].request.safeParse(request)
        return asked.success ? this.#workOf(kind, asked.data) : null
      }
    }
  }

  #syncAll(): TaskWork {
    return (run) => this.#deps.syncAll(run)
  }

  #syncSome(selection: SyncSelection): TaskWork {
    return (run) => this.#deps.syncSome(selection, run)
  }

  #comparison(id: number): TaskWork {
    return (run) => watchComparison(id, run, this.#deps.reconciler)
  }

  /** The response to a call of this kind. Those that are `short` leave no task behind. */
  #handler<K extends LongKind>(
    kind: K,
    isShort: (request: ParsedRequestOf<CallOf<K>>) => boolean = () => false,
  ): Handlers[CallOf<K>] {
    const handle = async (request: ParsedRequestOf<CallOf<K>>, signal: AbortSignal): Promise<Result<unknown>> => {
      const work = this.#workOf(kind, request)
      if (isShort(request)) return work(untracked(signal))
      const endsWithCaller = ways[kind].endsWithCaller(request as never)
      // What ends with its caller is not continued after a restart either.
      const options = endsWithCaller ? {} : kept(kind, request)
      const { routine = false } = ways[kind]
      return this.#deps.runner.run(kind, work, { ...options, routine, endsWithCaller }, signal)
    }
    // The pair is right by the table of kinds; the compiler does not follow an index over a union.
    return handle as unknown as Handlers[CallOf<K>]
  }

  #workOf(kind: LongKind, request: unknown): TaskWork {
    const { handlers, work } = this.#deps
    const name = callOfKind[kind]
    // As above.
    if (name in work) return (run) => work[name as keyof LongWork](request as never, run)
    return ({ signal }) => handlers[name as PlainCalls](request as never, signal)
  }
}

/** Scenes that Stash is asked for in one request. */
const scenesPerRequest = 50
/** Dead letters that are dealt with in one commit. */
const lettersPerCommit = 500

/** Few scenes, or a part of the library whose size the caller chose. */
function isPortion({ selection }: ParsedRequestOf<'planScenes'>): boolean {
  return selection.scope === 'all' || (selection.scope === 'scenes' && selection.scene_ids.length <= scenesPerRequest)
}

function isFew(request: { readonly ids?: readonly number[] } | { readonly select: string }): boolean {
  return 'ids' in request && request.ids !== undefined && request.ids.length <= lettersPerCommit
}

function kept(kind: LongKind, request: unknown): BeginOptions {
  return ways[kind].continues(request as never) ? { request } : {}
}

function manners(kind: LongKind): BeginOptions {
  const { join = false, routine = false } = ways[kind]
  return { join, routine }
}
