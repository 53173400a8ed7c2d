/** Begins long work and watches it: in short requests, so that a slow or restarted PlexSync does not end the wait. */
import { setTimeout as pause } from 'node:timers/promises'
import { type CallName, calls, type Invoke, type RequestOf, type ResponseOf } from '../../shared/contract.ts'
import { fail, ok, type Result } from '../../shared/result.ts'
import type { Task } from '../../shared/tasks.ts'
import { findHolder, type Holder } from '../host/instance.ts'
import { remoteInvoke } from './backend.ts'
import { type Context, type ExitCode, exitCodes, refuse } from './context.ts'

/** How a verb ends when its task does not give a result. */
export type Watched =
  | { readonly kind: 'ended'; readonly task: Task }
  | { readonly kind: 'left'; readonly code: ExitCode }

/** Short work is seen to end soon, and long work costs few requests. */
const firstPollMs = 10
const pollMs = 250
const requestMs = 10_000
/** How long a running PlexSync may say nothing, as while it restarts. */
const silenceMs = 120_000

/** The engine that does the work. */
export interface EngineOfWork {
  readonly invoke: Invoke
  /** The running PlexSync, if it is that one. */
  readonly running: Holder | null
  /** Leaves the work to the running PlexSync. */
  readonly detach?: boolean | undefined
  /** Shows a fault and gives its exit code. */
  readonly refuseBy?: typeof refuse
}

/**
 * Begins a task and watches it to its end. With `detach`, or after Ctrl-C, it is left to the running PlexSync: `left` has
 * the exit code then.
 */
export async function runTask(
  context: Context,
  { invoke, running, detach = false }: EngineOfWork,
  request: RequestOf<'beginTask'>,
): Promise<Result<Watched>> {
  if (detach && running === null)
    return fail('invalid_input', '--detach: no PlexSync runs that could do the work. Start it with: plexsync serve')
  const begun = await invoke('beginTask', request, context.signal)
  if (!begun.ok) return begun
  if (!detach) return watchTask(context, invoke, running, begun.value)
  const { id } = begun.value
  context.output.result({ task: id }, () => `Task ${id} runs. Watch it with: plexsync tasks watch ${id}`)
  return ok({ kind: 'left', code: exitCodes.done })
}

/** Watches a task to its end. */
export async function watchTask(
  context: Context,
  invoke: Invoke,
  running: Holder | null,
  begun: Task,
): Promise<Result<Watched>> {
  let task = begun
  let holder = running
  let seenAt = Date.now()
  let waitMs = firstPollMs
  while (task.state === 'running') {
    if (context.signal.aborted) return ok({ kind: 'left', code: leave(context, task, holder !== null) })
    await pause(waitMs, undefined, { signal: context.signal }).catch(() => {})
    waitMs = Math.min(pollMs, 2 * waitMs)
    const ask = holder === null ? invoke : remoteInvoke(holder)
    const read = await ask('listTasks', { id: task.id }, AbortSignal.timeout(requestMs))
    const [now] = read.ok ? read.value.tasks : []
    if (now !== undefined) {
      task = now
      seenAt = Date.now()
      if (task.state === 'running') context.output.progress(progressOf(task))
      continue
    }
    if (!read.ok && read.fault.code === 'unknown_name') return read
    if (holder === null || Date.now() - seenAt > silenceMs) return read.ok ? fail('unknown_name', 'No such task') : read
    // It may have been restarted: under another address, and the task continues there.
    holder = findHolder(context.dataFolder) ?? holder
  }
  return ok({ kind: 'ended', task })
}

/** The result of long work, or the exit code with which the verb ends. */
export type Worked<T> =
  | { readonly kind: 'result'; readonly value: T }
  | { readonly kind: 'code'; readonly code: ExitCode }

/** Does the work of a call as a task, and returns what the call returns. */
export async function workOf<N extends CallName>(
  context: Context,
  engine: EngineOfWork,
  name: N,
  request: RequestOf<'beginTask'>,
): Promise<Worked<ResponseOf<N>>> {
  const { refuseBy = refuse } = engine
  const watched = await runTask(context, engine, request)
  if (!watched.ok) return { kind: 'code', code: refuseBy(context, watched.fault) }
  if (watched.value.kind === 'left') return { kind: 'code', code: watched.value.code }
  const { task } = watched.value
  if (task.state !== 'done')
    return { kind: 'code', code: task.problem === null ? refuseTask(context, task) : refuseBy(context, task.problem) }
  const value = calls[name].response.safeParse(task.result)
  if (!value.success)
    return {
      kind: 'code',
      code: refuse(context, fail('bad_answer', 'The running PlexSync is of another version').fault),
    }
  // The schema is the call's own; the compiler does not follow the index.
  return { kind: 'result', value: value.data as ResponseOf<N> }
}

/** Shows why a task gave no result; the exit code for it. */
export function refuseTask(context: Context, task: Task): ExitCode {
  if (task.problem !== null) return refuse(context, task.problem)
  context.output.note(
    task.state === 'interrupted'
      ? `Task ${task.id} was interrupted.${task.resumes ? ' It continues when PlexSync runs again: plexsync serve' : ''}`
      : `Task ${task.id} was cancelled.`,
  )
  return exitCodes.failed
}

function progressOf({ kind, done, total }: Task): string {
  return `${kind}: ${done}${total === null ? '' : ` of ${total}`}`
}

function leave(context: Context, { id }: Task, isRemote: boolean): ExitCode {
  context.output.note(
    isRemote
      ? `Task ${id} continues in the running PlexSync. Watch it with: plexsync tasks watch ${id}; cancel it with: plexsync tasks cancel ${id}`
      : `Task ${id} stops with this command. If it can be resumed, the next plexsync serve does so; cancel it with: plexsync tasks cancel ${id}`,
  )
  return exitCodes.failed
}
