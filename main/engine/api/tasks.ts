import type { Handlers } from '../../../shared/contract.ts'
import { fail, ok } from '../../../shared/result.ts'
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
      return task === null ? fail('unknown_name', `There is no task ${id}`) : ok({ tasks: [task] })
    },
    cancelTask: ({ id }) => runner.cancel(id),
    startReconcile: async (request) => {
      const begun = kinds.begin({ kind: 'reconcile', request })
      if (!begun.ok) return begun
      const run = reconciler.run()
      return run === null ? fail('unknown_name', 'The comparison has ended already') : ok(run)
    },
    enqueueScenes: (selection, signal) => kinds.enqueueScenes(selection, signal),
  }
}
