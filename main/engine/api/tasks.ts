import type { Handlers } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import { ok } from '../../../shared/result.ts'
import type { Reconciler } from '../reconcile/reconciler.ts'
import type { LongHandlers } from '../tasks/long-kinds.ts'
import type { TaskKinds } from '../tasks/task-kinds.ts'
import type { TaskRunner } from '../tasks/task-runner.ts'

type Calls = 'beginTask' | 'listTasks' | 'cancelTask' | 'startReconcile' | 'enqueueScenes' | keyof LongHandlers

export interface TaskHandlerDeps {
  readonly runner: TaskRunner
  readonly kinds: TaskKinds
  readonly reconciler: Pick<Reconciler, 'run'>
}

export function taskHandlers({ runner, kinds, reconciler }: TaskHandlerDeps): Pick<Handlers, Calls> {
  return {
    ...kinds.handlers(),
    beginTask: async (request) => kinds.begin(request),
    listTasks: async ({ id }) => {
      if (id === undefined) return ok({ tasks: runner.list() })
      const task = runner.get(id)
      return task === null ? decline('unknown_name', { code: 'no_task', values: { id } }) : ok({ tasks: [task] })
    },
    cancelTask: ({ id }) => runner.cancel(id),
    startReconcile: async (request) => {
      const begun = kinds.begin({ kind: 'reconcile', request })
      if (!begun.ok) return begun
      const run = reconciler.run()
      return run === null ? decline('unknown_name', { code: 'comparison_ended', values: {} }) : ok(run)
    },
    enqueueScenes: (selection, signal) => kinds.enqueueScenes(selection, signal),
  }
}
