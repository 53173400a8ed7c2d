/**
 * Long work as the window does it: begun as a task, which continues when the window is closed, and watched to its end by
 * its events. No request waits for it, so nothing on the way can give up.
 */
import type { CallName, RequestOf, ResponseOf } from '../../shared/contract.ts'
import { fail, type Result } from '../../shared/result.ts'
import type { Task } from '../../shared/tasks.ts'
import type { Backend } from '../backend/backend.ts'
import { parseAnswer } from '../backend/schemas.ts'

export interface Watching {
  /** Ends the watching. */
  readonly signal?: AbortSignal
  /** The work is of no use to another caller, and ends with the watching. */
  readonly endsTask?: boolean
}

/**
 * Does the work of a call as a task, and returns what the call returns; `cancelled` where the task was stopped, or is watched no
 * more.
 */
export async function workOf<N extends CallName>(
  backend: Pick<Backend, 'invoke' | 'subscribe'>,
  name: N,
  request: RequestOf<'beginTask'>,
  { signal, endsTask = false }: Watching = {},
): Promise<Result<ResponseOf<N>>> {
  const ended = Promise.withResolvers<Task | null>()
  /** Short work may have ended before the response says which task it is. */
  const early = new Map<number, Task>()
  let awaited: number | null = null
  const take = (task: Task): void => {
    if (!isOver(task)) return
    if (awaited === null) early.set(task.id, task)
    else if (task.id === awaited) ended.resolve(task)
  }
  const look = async (id: number): Promise<void> => {
    const answer = await backend.invoke('listTasks', { id })
    if (answer.ok) answer.value.tasks.forEach(take)
  }
  const leave = (): void => ended.resolve(null)
  signal?.addEventListener('abort', leave, { once: true })
  const end = backend.subscribe((event) => {
    if (event.name === 'task') take(event.data)
    // Its end may be among the events that were lost.
    else if (event.name === 'overflow' && awaited !== null) void look(awaited)
  })
  try {
    const begun = await backend.invoke('beginTask', request, endsTask ? undefined : signal)
    if (!begun.ok) return begun
    awaited = begun.value.id
    take(early.get(awaited) ?? begun.value)
    const task = await ended.promise
    if (task === null && endsTask) void backend.invoke('cancelTask', { id: awaited })
    if (task?.problem) return { ok: false, fault: task.problem }
    return task?.state === 'done' ? parseAnswer(name, { ok: true, value: task.result }) : fail('cancelled', 'Stopped')
  } finally {
    end()
    signal?.removeEventListener('abort', leave)
  }
}

/** A task that PlexSync interrupts when it stops, and continues afterwards, is not over. */
function isOver({ state, resumes }: Task): boolean {
  return state !== 'running' && !(state === 'interrupted' && resumes)
}
