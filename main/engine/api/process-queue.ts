/** Works the queue until nothing is due any more, for commands that wait for it. */

import type { Handlers, ParsedRequestOf } from '../../../shared/contract.ts'
import { decline } from '../../../shared/decline.ts'
import type { ServerName } from '../../../shared/domain.ts'
import { ok } from '../../../shared/result.ts'
import { serverNames } from '../../../shared/server-names.ts'
import type { Clock } from '../ports.ts'
import type { ClaimedJob, Settlement } from '../queue/job.ts'
import type { JobStore } from '../queue/job-store.ts'
import type { ServerGate } from '../servers/server-gate.ts'
import type { Consent } from '../settings/consent.ts'
import type { SettingsStore } from '../settings/settings-store.ts'
import type { Ledger } from '../sync/ledger.ts'
import type { Worker } from '../sync/worker.ts'

export interface ProcessQueueDeps {
  readonly worker: Worker
  readonly jobs: JobStore
  readonly ledger: Ledger
  readonly gates: Readonly<Record<ServerName, ServerGate>>
  readonly settings: SettingsStore
  readonly consent: Consent
  readonly clock: Clock
}

/**
 * Waits until nothing is due any more: what comes due within the quiet time is waited for, what waits for a retry is not.
 * Ends early where a server does not answer, since then nothing moves.
 */
export async function processQueue(
  { timeout_seconds: timeoutSeconds }: ParsedRequestOf<'processQueue'>,
  { worker, jobs, ledger, gates, settings, consent, clock }: ProcessQueueDeps,
  signal: AbortSignal,
): ReturnType<Handlers['processQueue']> {
  if (!settings.get('enabled')) return decline('not_configured', { code: 'sync_disabled', values: {} })
  if (worker.paused) return decline('cancelled', { code: 'paused', values: {} })
  consent.review()
  const startedAt = clock.now()
  const ownWorker = !worker.running
  const counts = { processed: 0, synced: 0, unchanged: 0, retried: 0, dead_lettered: 0 }
  const endCounting = ledger.onSettled((settlements) => {
    for (const settled of settlements) count(settled, counts)
  })
  const ended = Promise.withResolvers<'server' | 'timeout' | 'cancelled' | 'setup' | null>()
  const look = (): void => {
    if (worker.busy) return
    const isKept = !consent.given && jobs.nextDueAt() !== null
    const dueAt = jobs.nextDueAt(consent.given ? 'all' : 'explicit')
    const horizon = clock.now() + settings.settings().quiet_time * 1000
    if (dueAt === null || dueAt > horizon) ended.resolve(isKept ? 'setup' : null)
    else if (serverNames.some((name) => gates[name].waitingSince !== null)) ended.resolve('server')
  }
  const endLooking = worker.onIdle(look)
  const endTimer =
    timeoutSeconds === undefined ? () => {} : clock.setTimer(timeoutSeconds * 1000, () => ended.resolve('timeout'))
  const cancelled = (): void => ended.resolve('cancelled')
  signal.addEventListener('abort', cancelled)
  if (signal.aborted) cancelled()
  const work = new AbortController()
  if (ownWorker) {
    for (const server of serverNames) gates[server].start(work.signal)
    worker.start(work.signal)
  }
  worker.wake()

  const stoppedBy = await ended.promise
  endLooking()
  endTimer()
  signal.removeEventListener('abort', cancelled)
  work.abort()
  if (ownWorker) await worker.drain(30_000)
  endCounting()
  const left = jobs.counts()
  const remaining = left.ready + left.delayed + left.in_progress
  return ok({ ...counts, remaining, seconds: (clock.now() - startedAt) / 1000, stopped_by: stoppedBy })
}

function count(
  settled: Settlement & { readonly job: ClaimedJob },
  counts: Record<'processed' | 'synced' | 'unchanged' | 'retried' | 'dead_lettered', number>,
): void {
  if (settled.kind === 'release') return
  counts.processed += 1
  if (settled.kind === 'retry') counts.retried += 1
  else if (settled.kind === 'dead') counts.dead_lettered += 1
  else if (settled.outcome === 'synced') counts.synced += 1
  else if (settled.outcome === 'unchanged') counts.unchanged += 1
}
