import { fail, ok, type Result } from '../../../shared/result.ts'
import type { Task } from '../../../shared/tasks.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'
import { table } from '../output.ts'
import { refuseTask, watchTask } from '../watch-task.ts'

export function list(context: Context): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const response = await invoke('listTasks', {}, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    const { tasks } = response.value
    context.output.result(tasks.map(row), () =>
      tasks.length === 0
        ? 'No tasks.'
        : table(
            ['ID', 'KIND', 'STATE', 'DONE', 'STARTED', 'PROBLEM'],
            tasks.map((task) => [
              String(task.id),
              task.kind,
              task.state,
              task.total === null ? String(task.done) : `${task.done} of ${task.total}`,
              task.started_at,
              task.problem?.message ?? '',
            ]),
          ),
    )
    return exitCodes.done
  })
}

export function watch(context: Context, _options: unknown, given: string): Promise<ExitCode> {
  return withEngine(context, async (invoke, running) => {
    const id = idOf(given)
    if (!id.ok) return refuse(context, id.fault)
    const response = await invoke('listTasks', { id: id.value }, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    const [task] = response.value.tasks
    if (task === undefined) return refuse(context, fail('unknown_name', `There is no task ${id.value}`).fault)
    const watched = await watchTask(context, invoke, running, task)
    if (!watched.ok) return refuse(context, watched.fault)
    if (watched.value.kind === 'left') return watched.value.code
    const ended = watched.value.task
    context.output.result(row(ended), () => `Task ${ended.id} (${ended.kind}): ${ended.state}`)
    return ended.state === 'done' ? exitCodes.done : refuseTask(context, ended)
  })
}

export function cancel(context: Context, _options: unknown, given: string): Promise<ExitCode> {
  return withEngine(context, async (invoke) => {
    const id = idOf(given)
    if (!id.ok) return refuse(context, id.fault)
    const response = await invoke('cancelTask', { id: id.value }, context.signal)
    if (!response.ok) return refuse(context, response.fault)
    context.output.result(row(response.value), () => `Task ${id.value}: ${response.value.state}`)
    return exitCodes.done
  })
}

function idOf(given: string): Result<number> {
  return /^[1-9]\d{0,14}$/.test(given)
    ? ok(Number(given))
    : fail('invalid_input', `${given} is not the id of a task; plexsync tasks list shows them`)
}

/** As promised to scripts, with what came later behind it. */
function row({ id, kind, state, done, total, started_at, finished_at, resumes, problem, result }: Task) {
  return { id, kind, state, done, total, started_at, finished_at, resumes, problem, result }
}
