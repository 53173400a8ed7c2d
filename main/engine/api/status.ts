import type { ActivityState, Handlers, Status } from '../../../shared/contract.ts'
import { moment, type ServerName, serverNames } from '../../../shared/domain.ts'
import { fail, ok } from '../../../shared/result.ts'
import type { ClaimedJob, Settlement } from '../queue/job.ts'
import type { Rooms } from './rooms.ts'

/** The rate is that of the last five minutes. */
const rateWindowMs = 5 * 60_000

export function readStatus(rooms: Rooms): Status {
  const queue = rooms.store.counts()
  const dead = rooms.deadLetters.counts()
  const waiting = waitedFor(rooms)
  const settings = rooms.settings.settings()
  const { running, paused } = rooms.worker
  const indexed = rooms.index.sections()
  return {
    version: rooms.options.version,
    running,
    pid: running ? process.pid : null,
    state: stateOf({
      running,
      paused: paused || !settings.enabled,
      waiting: waiting !== null,
      dead: dead.dead_letters,
      queue,
    }),
    paused,
    queue,
    ...dead,
    circuit: { plex: rooms.gates.plex.circuit, stash: rooms.gates.stash.circuit },
    waiting_for: waiting,
    plex: serverStatus(rooms, 'plex', settings.plex_url !== '' && settings.plex_token !== ''),
    stash: serverStatus(rooms, 'stash', settings.stash_url !== ''),
    index: {
      items: rooms.index.count(),
      refreshed_at: moment(indexed.reduce<number | null>((last, { refreshedAt }) => later(last, refreshedAt), null)),
    },
    synced_scenes: rooms.states.inStep(),
    last_synced_at: moment(rooms.items.lastWrittenAt()),
    per_minute: rooms.activity.finishedSince(rooms.ports.clock.now() - rateWindowMs) / (rateWindowMs / 60_000),
    webhook_url: rooms.webhookUrl(),
    last_event_at: moment(rooms.lastEventAt()),
  }
}

/** Asks both servers who they are, where nobody has asked yet. What comes of it shows in the gates. */
export async function meetServers(rooms: Rooms, signal: AbortSignal): Promise<void> {
  const { plex_url, stash_url } = rooms.settings.settings()
  const isNew = (server: ServerName): boolean => rooms.gates[server].reachable === null
  await Promise.all([
    plex_url !== '' && isNew('plex') && rooms.identities.ensurePlex(signal),
    stash_url !== '' && isNew('stash') && rooms.identities.ensureStash(signal),
  ])
}

interface StateInputs {
  readonly running: boolean
  readonly paused: boolean
  readonly waiting: boolean
  readonly dead: number
  readonly queue: { readonly ready: number; readonly in_progress: number }
}

/** One word for the whole. What keeps everything from going on comes first, then what a person must do. */
export function stateOf({ running, paused, waiting, dead, queue }: StateInputs): ActivityState {
  if (!running || paused) return 'stopped'
  if (waiting) return 'waiting'
  if (dead > 0) return 'needs_you'
  return queue.ready + queue.in_progress > 0 ? 'working' : 'idle'
}

function waitedFor(rooms: Rooms): Status['waiting_for'] {
  for (const server of serverNames) {
    const since = rooms.gates[server].waitingSince
    if (since !== null) return { server, since: moment(since) }
  }
  return null
}

function serverStatus(rooms: Rooms, server: ServerName, configured: boolean): Status['plex'] {
  const gate = rooms.gates[server]
  return {
    configured,
    reachable: gate.reachable,
    version: rooms.identities.version(server),
    auth_refused: gate.authRefused,
  }
}

function later(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

export function statusHandlers(rooms: Rooms): Pick<Handlers, 'getStatus' | 'pause' | 'resume' | 'processQueue'> {
  const status = (): ReturnType<Handlers['getStatus']> => Promise.resolve(ok(readStatus(rooms)))
  return {
    getStatus: async (_request, signal) => {
      await meetServers(rooms, signal)
      return status()
    },
    pause: () => {
      rooms.worker.pause()
      return status()
    },
    resume: () => {
      rooms.worker.resume()
      return status()
    },
    processQueue: (request, signal) => processQueue(rooms, request.timeout_seconds, signal),
  }
}

/**
 * Waits until nothing is due any more: what comes due within the quiet time is waited for, what waits for a retry is not.
 * Ends early where a server does not answer, since then nothing moves.
 */
async function processQueue(
  rooms: Rooms,
  timeoutSeconds: number | undefined,
  signal: AbortSignal,
): ReturnType<Handlers['processQueue']> {
  const { clock } = rooms.ports
  if (!rooms.settings.get('enabled'))
    return fail('not_configured', 'PlexSync is disabled via configuration (enabled is off)')
  if (rooms.worker.paused) return fail('cancelled', 'Processing is paused; resume it first')
  const startedAt = clock.now()
  const ownWorker = !rooms.worker.running
  const counts = { processed: 0, synced: 0, unchanged: 0, retried: 0, dead_lettered: 0 }
  const endCounting = rooms.onSettled((settlements) => {
    for (const settled of settlements) count(settled, counts)
  })
  const ended = Promise.withResolvers<'server' | 'timeout' | 'cancelled' | null>()
  const look = (): void => {
    if (rooms.worker.busy) return
    const dueAt = rooms.store.nextDueAt()
    const horizon = clock.now() + rooms.settings.settings().quiet_time * 1000
    if (dueAt === null || dueAt > horizon) ended.resolve(null)
    else if (waitedFor(rooms) !== null) ended.resolve('server')
  }
  const endLooking = rooms.worker.onIdle(look)
  const endTimer =
    timeoutSeconds === undefined ? () => {} : clock.setTimer(timeoutSeconds * 1000, () => ended.resolve('timeout'))
  const cancelled = (): void => ended.resolve('cancelled')
  signal.addEventListener('abort', cancelled)
  if (signal.aborted) cancelled()
  if (ownWorker) {
    for (const server of serverNames) rooms.gates[server].start()
    rooms.worker.start()
  }
  rooms.worker.wake()

  const stoppedBy = await ended.promise
  endLooking()
  endTimer()
  signal.removeEventListener('abort', cancelled)
  if (ownWorker) await rooms.worker.stop(30_000)
  endCounting()
  const left = rooms.store.counts()
  const remaining = left.ready + left.delayed + left.in_progress
  if (stoppedBy === 'timeout')
    rooms.ports.logger.log('warning', '', `Timeout waiting for queue (${remaining} items remaining)`)
  return ok({ ...counts, remaining, seconds: (clock.now() - startedAt) / 1000, stopped_by: stoppedBy })
}

function count(
  settled: Settlement & { readonly job: ClaimedJob },
  counts: Record<'processed' | 'synced' | 'unchanged' | 'retried' | 'dead_lettered', number>,
): void {
  if (settled.fate === 'release') return
  counts.processed += 1
  if (settled.fate === 'retry') counts.retried += 1
  else if (settled.fate === 'dead') counts.dead_lettered += 1
  else if (settled.outcome === 'synced') counts.synced += 1
  else if (settled.outcome === 'unchanged') counts.unchanged += 1
}
