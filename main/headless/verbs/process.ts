import type { Invoke, ResponseOf } from '../../../shared/contract.ts'
import { ok, type Result } from '../../../shared/result.ts'
import { requireConfigured } from '../configured.ts'
import { type Context, type ExitCode, exitCodes, refuse, withEngine } from '../context.ts'

export function processQueue(context: Context, options: { statsOnly?: boolean; timeout?: number }): Promise<ExitCode> {
  if (options.statsOnly === true) return withEngine(context, (invoke) => showStats(context, invoke))
  return withEngine(
    context,
    (invoke, running) => drain(context, invoke, { timeoutSeconds: options.timeout, remote: running !== null }),
    {
      exclusive: true,
    },
  )
}

type Drained = Result<ResponseOf<'processQueue'>>

async function showStats(context: Context, invoke: Invoke): Promise<ExitCode> {
  const status = await invoke('getStatus', {}, context.signal)
  if (!status.ok) return refuse(context, status.fault)
  const { ready, delayed, in_progress } = status.value.queue
  const stats = {
    processed: 0,
    synced: 0,
    unchanged: 0,
    retried: 0,
    dead_lettered: 0,
    remaining: ready + delayed + in_progress,
    seconds: 0,
    queue: status.value.queue,
    dead_letters: status.value.dead_letters,
  }
  context.output.result(
    stats,
    () => `${ready} ready, ${delayed} delayed, ${in_progress} in progress, ${stats.dead_letters} dead letters`,
  )
  return exitCodes.done
}

/** Drains the queue with progress; also used by `sync --wait`. */
export async function drain(
  context: Context,
  invoke: Invoke,
  options: {
    readonly timeoutSeconds?: number | undefined
    /** Prints no counts. */
    readonly quiet?: boolean
    /** A running PlexSync does the work: no request to it lasts long. */
    readonly remote?: boolean
    /** What is kept until the setup is finished does not count as left undone. */
    readonly leaveKept?: boolean
  } = {},
): Promise<ExitCode> {
  const { timeoutSeconds, quiet = false, leaveKept = false, remote = false } = options
  const ready = await requireConfigured(context, invoke)
  if (ready !== null) return ready
  const endProgress = showProgress(context, invoke)
  const done = await (remote ? drainInSlices : drainAll)(context, invoke, timeoutSeconds)
  endProgress()
  if (!done.ok) return refuse(context, done.fault)
  const { stopped_by, ...counts } = done.value
  if (!quiet)
    context.output.result(
      counts,
      () =>
        `${counts.processed} processed in ${counts.seconds.toFixed(1)} s: ${counts.synced} synced, ${counts.unchanged} unchanged, ` +
        `${counts.retried} to be retried, ${counts.dead_lettered} to the dead letters; ${counts.remaining} remaining`,
    )
  if (stopped_by === null || (stopped_by === 'setup' && leaveKept)) return exitCodes.done
  if (stopped_by === 'server') {
    context.output.note('A server does not answer. The queue is kept; plexsync status shows which one.')
    return exitCodes.noAnswer
  }
  if (stopped_by === 'setup') {
    context.output.note(
      `Setup not finished: ${counts.remaining} ${counts.remaining === 1 ? 'change is' : 'changes are'} kept. ` +
        'Press Start in the last step of the setup: plexsync serve, then plexsync window',
    )
    return exitCodes.notConfigured
  }
  if (stopped_by === 'cancelled') {
    context.output.note(`Stopped; ${counts.remaining} jobs are kept.`)
    return exitCodes.failed
  }
  context.output.note(`[PlexSync] Timeout waiting for queue (${counts.remaining} items remaining)`)
  return exitCodes.failed
}

const sliceSeconds = 2

function drainAll(context: Context, invoke: Invoke, timeoutSeconds: number | undefined): Promise<Drained> {
  return invoke('processQueue', timeoutSeconds === undefined ? {} : { timeout_seconds: timeoutSeconds }, context.signal)
}

/** Waits for the queue of a running PlexSync in short requests, and adds up what they counted. */
async function drainInSlices(
  context: Context,
  invoke: Invoke,
  timeoutSeconds = Number.POSITIVE_INFINITY,
): Promise<Drained> {
  const sum = { processed: 0, synced: 0, unchanged: 0, retried: 0, dead_lettered: 0, seconds: 0 }
  for (;;) {
    const left = timeoutSeconds - sum.seconds
    const request = { timeout_seconds: Math.min(sliceSeconds, left), slice: left > sliceSeconds }
    const slice = await invoke('processQueue', request, context.signal)
    if (!slice.ok) return slice
    for (const name of ['processed', 'synced', 'unchanged', 'retried', 'dead_lettered', 'seconds'] as const)
      sum[name] += slice.value[name]
    if (slice.value.stopped_by !== 'timeout' || sum.seconds >= timeoutSeconds) return ok({ ...slice.value, ...sum })
  }
}

const progressMs = 500

function showProgress(context: Context, invoke: Invoke): () => void {
  const timer = setInterval(async () => {
    const status = await invoke('getStatus', {}, context.signal)
    if (!status.ok) return
    const { ready, in_progress } = status.value.queue
    context.output.progress(`${ready + in_progress} left, ${status.value.dead_letters} dead letters`)
  }, progressMs)
  return () => clearInterval(timer)
}
