/** Logs the error that ends a process. */

import { textOf } from '../../shared/result.ts'
import type { AppLog } from '../engine/log/logger.ts'
import { hostLines } from '../host/host-log.ts'

/**
 * From now on an uncaught error goes through the log, where secrets are taken out of its message and stack, and ends the
 * process with 1. Node itself would print the error with all its properties: of an HTTP error that is the request and its
 * headers. Nothing is lost by ending: what was acknowledged is on disk, and the next start recovers.
 */
export function endOnCrash(log: AppLog, options: { readonly isPrinted: boolean }): () => void {
  const crashed = (error: unknown): void => {
    let line = ''
    const end = log.onLine((one) => {
      line = one.line
    })
    log.log(...hostLines.fatal({ problem: textOf(error) }), { error })
    end()
    if (!options.isPrinted) process.stderr.write(`${line}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', crashed)
  return () => void process.off('uncaughtException', crashed)
}
