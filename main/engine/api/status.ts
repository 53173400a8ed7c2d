import type { Handlers, ParsedRequestOf, Status } from '../../../shared/contract.ts'
import { moment, type ServerName } from '../../../shared/domain.ts'
import { fail, ok } from '../../../shared/result.ts'
import { serverNames } from '../../../shared/server-names.ts'
import { stateOf, waitingCause } from '../../../shared/summary.ts'
import { waitingText } from '../../../shared/summary-texts.ts'
import type { WaitingCause } from '../../../shared/waiting.ts'
import { healthCounts } from '../health/known-health.ts'
import { installedAt } from '../installation.ts'
import type { ClaimedJob, Settlement } from '../queue/job.ts'
import type { Services } from '../services.ts'
import { isConfigured } from '../stores.ts'

/** The rate is that of the last five minutes. */
const rateWindowMs = 5 * 60_000

export function readStatus(services: Services): Status {
  const settings = services.settings.settings()
  const { running, paused } = services.worker
  const queue = services.store.counts()
  const dead = services.deadLetters.counts()
  const isLocked = services.lockedSince() !== null
  const setup_finished = services.consent.given && (isConfigured(services.settings) || isLocked)
  const cause = causeOfWaiting(services, { setup_finished, queue })
  const facts = {
    running,
    paused,
    enabled: settings.enabled,
    setup_finished,
    queue,
    ...dead,
    waiting_for: cause,
    synced_scenes: services.states.inSync(),
    pending_rewrite: pendingRewrite(services),
    unknown_libraries: [...services.library.unknownNames],
    last_synced_at: moment(services.items.lastWrittenAt()),
    per_minute: services.activity.perMinuteSince(services.ports.clock.now() - rateWindowMs),
  }
  const indexed = services.index.sections()
  return {
    ...facts,
    version: services.options.version,
    pid: running ? process.pid : null,
    state: stateOf(facts),
    health: healthCounts(services),
    circuit: { plex: services.gates.plex.circuit, stash: services.gates.stash.circuit },
    waiting_for: cause === null ? null : { ...cause, text: waitingText(cause) },
    plex: {
      ...serverStatus(services, 'plex', settings.plex_url !== '' && settings.plex_token !== ''),
      can_write: services.gates.plex.edits.canWrite,
    },
    stash: { ...serverStatus(services, 'stash', settings.stash_url !== ''), state: services.stash.state() },
    index: {
      items: services.index.count(),
      refreshed_at: moment(indexed.reduce<number | null>((last, { refreshedAt }) => later(last, refreshedAt), null)),
    },
    webhook_url: services.webhookUrl(),
    last_event_at: moment(services.lastEventAt()),
  }
}

/** Asks both servers who they are, where nobody has asked yet. What comes of it shows in the gates. */
export async function meetServers(services: Services, signal: AbortSignal): Promise<void> {
  const { plex_url, stash_url } = services.settings.settings()
  const isNew = (server: ServerName): boolean => services.gates[server].reachable === null
  await Promise.all([
    plex_url !== '' && isNew('plex') && services.identities.ensurePlex(signal),
    stash_url !== '' && isNew('stash') && services.identities.ensureStash(signal),
  ])
}

function causeOfWaiting(
  { gates, db, settings, lockedSince }: Services,
  facts: { readonly setup_finished: boolean; readonly queue: Status['queue'] },
): WaitingCause | null {
  const server = (name: ServerName) => ({
    refused: gates[name].authRefused,
    held: gates[name].held?.code ?? null,
    since: moment(gates[name].waitingSince),
  })
  // Values from the environment need no keyring.
  const locked = isConfigured(settings) ? null : moment(lockedSince())
  return waitingCause(facts, moment(installedAt(db)), { plex: server('plex'), stash: server('stash') }, locked)
}

function serverStatus(services: Services, server: ServerName, configured: boolean): Omit<Status['stash'], 'state'> {
  const gate = services.gates[server]
  return {
    configured,
    reachable: gate.reachable,
    version: services.identities.version(server),
    auth_refused: gate.authRefused,
    latency_ms: gate.latencyMs,
  }
}

function later(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : Math.max(a, b)
}

export function statusHandlers(services: Services): Pick<Handlers, 'getStatus' | 'pause' | 'resume' | 'processQueue'> {
  const status = (): ReturnType<Handlers['getStatus']> => Promise.resolve(ok(readStatus(services)))
  return {
    getStatus: async (_request, signal) => {
      await meetServers(services, signal)
      return status()
    },
    pause: () => {
      services.worker.pause()
      return status()
    },
    resume: () => {
      services.worker.resume()
      return status()
    },
    processQueue: (request, signal) => processQueue(services, request, signal),
  }
}

/**
 * Waits until nothing is due any more: what comes due within the quiet time is waited for, what waits for a retry is not.
 * Ends early where a server does not answer, since then nothing moves.
 */
async function processQueue(
  services: Services,
  { timeout_seconds: timeoutSeconds, slice }: ParsedRequestOf<'processQueue'>,
  signal: AbortSignal,
): ReturnType<Handlers['processQueue']> {
  const { clock } = services.ports
  if (!services.settings.get('enabled'))
    return fail('not_configured', 'PlexSync is disabled via configuration (enabled is off)')
  if (services.worker.paused) return fail('cancelled', 'Processing is paused; resume it first')
  services.consent.review()
  const startedAt = clock.now()
  const ownWorker = !services.worker.running
  const counts = { processed: 0, synced: 0, unchanged: 0, retried: 0, dead_lettered: 0 }
  const endCounting = services.ledger.onSettled((settlements) => {
    for (const settled of settlements) count(settled, counts)
  })
  const ended = Promise.withResolvers<'server' | 'timeout' | 'cancelled' | 'setup' | null>()
  const look = (): void => {
    if (services.worker.busy) return
    const isKept = !services.consent.given && services.store.nextDueAt() !== null
    const dueAt = services.store.nextDueAt(services.consent.given ? 'all' : 'explicit')
    const horizon = clock.now() + services.settings.settings().quiet_time * 1000
    if (dueAt === null || dueAt > horizon) ended.resolve(isKept ? 'setup' : null)
    else if (serverNames.some((name) => services.gates[name].waitingSince !== null)) ended.resolve('server')
  }
  const endLooking = services.worker.onIdle(look)
  const endTimer =
    timeoutSeconds === undefined ? () => {} : clock.setTimer(timeoutSeconds * 1000, () => ended.resolve('timeout'))
  const cancelled = (): void => ended.resolve('cancelled')
  signal.addEventListener('abort', cancelled)
  if (signal.aborted) cancelled()
  if (ownWorker) {
    for (const server of serverNames) services.gates[server].start()
    services.worker.start()
  }
  services.worker.wake()

  const stoppedBy = await ended.promise
  endLooking()
  endTimer()
  signal.removeEventListener('abort', cancelled)
  if (ownWorker) await services.worker.stop(30_000)
  endCounting()
  const left = services.store.counts()
  const remaining = left.ready + left.delayed + left.in_progress
  if (stoppedBy === 'timeout' && !slice)
    services.ports.logger.log('warning', '', `Timeout waiting for queue (${remaining} items remaining)`)
  return ok({ ...counts, remaining, seconds: (clock.now() - startedAt) / 1000, stopped_by: stoppedBy })
}

function count(
  settled: Settlement & { readonly job: ClaimedJob },
  counts: Record<'processed' | 'synced' | 'unchanged' | 'retried' | 'dead_lettered', number>,
): void {
  if (settled.disposition === 'release') return
  counts.processed += 1
  if (settled.disposition === 'retry') counts.retried += 1
  else if (settled.disposition === 'dead') counts.dead_lettered += 1
  else if (settled.outcome === 'synced') counts.synced += 1
  else if (settled.outcome === 'unchanged') counts.unchanged += 1
}

function pendingRewrite({ settings, rules, inSync }: Services): number {
  return inSync.pendingRewrite([settings.settings(), ...settings.ofLibraries()].map((one) => rules.idOf(one)))
}
