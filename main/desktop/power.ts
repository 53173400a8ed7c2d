/** Sleep and waking up: nothing new is begun before the machine sleeps, and both servers are asked when it wakes. */

import type { PowerMonitor } from 'electron'
import type { Invoke } from '../../shared/contract.ts'
import type { Logger } from '../engine/ports.ts'
import { desktopLines } from './desktop-log.ts'

export interface PowerDeps {
  readonly powerMonitor: Pick<PowerMonitor, 'on' | 'off'>
  readonly invoke: Invoke
  /** Of the whole app. */
  readonly signal: AbortSignal
  readonly logger: Logger
  /** The system is going down: end now. */
  readonly onShutdown: () => void
}

/** Follows the machine's power until the returned function is called. */
export function followPower({ powerMonitor, invoke, signal, logger, onShutdown }: PowerDeps): () => void {
  /** The user's own pause must outlast the sleep. */
  let pausedByUs = false
  const suspend = async (): Promise<void> => {
    const status = await invoke('getStatus', {}, signal)
    if (!status.ok || status.value.paused) return
    pausedByUs = true
    await invoke('pause', {}, signal)
    logger.log(...desktopLines.asleep())
  }
  const resume = async (): Promise<void> => {
    logger.log(...desktopLines.awake())
    // The checks talk to both servers, and what they find closes or opens the circuit immediately: a connection that
    // died in its sleep is found here and not by a job.
    await invoke('runHealthChecks', {}, signal)
    if (!pausedByUs) return
    pausedByUs = false
    await invoke('resume', {}, signal)
  }
  const onSuspend = (): void => void suspend()
  const onResume = (): void => void resume()
  powerMonitor.on('suspend', onSuspend)
  powerMonitor.on('resume', onResume)
  powerMonitor.on('shutdown', onShutdown)
  return () => {
    powerMonitor.off('suspend', onSuspend)
    powerMonitor.off('resume', onResume)
    powerMonitor.off('shutdown', onShutdown)
  }
}
