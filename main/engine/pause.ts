import type { Clock } from './ports.ts'

/** Waits `ms` by the given clock; no longer than until `signal` aborts. Never rejects: the caller asks the signal. */
export function pause(ms: number, clock: Pick<Clock, 'setTimer'>, signal?: AbortSignal): Promise<void> {
  if (ms <= 0 || signal?.aborted) return Promise.resolve()
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = clock.setTimer(ms, resolve)
  if (signal === undefined) return promise
  const abort = (): void => {
    end()
    resolve()
  }
  signal.addEventListener('abort', abort, { once: true })
  return promise.finally(() => signal.removeEventListener('abort', abort))
}
