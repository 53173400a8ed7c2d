import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { Logger } from '../ports.ts'
import { queueLines } from '../queue/queue-log.ts'
import type { Worker } from '../sync/worker.ts'
import type { ServersView } from './servers-view.ts'
import type { StatusReader } from './status-reader.ts'

export interface StatusHandlerDeps {
  readonly status: StatusReader
  readonly servers: Pick<ServersView, 'identifySoon'>
  readonly worker: Pick<Worker, 'pause' | 'resume'>
  /** Works the queue until nothing is due any more. */
  readonly process: Handlers['processQueue']
  readonly logger: Logger
}

export function statusHandlers({
  status,
  servers,
  worker,
  process,
  logger,
}: StatusHandlerDeps): Pick<Handlers, 'getStatus' | 'pause' | 'resume' | 'processQueue'> {
  return {
    getStatus: async (_request, signal) => {
      await servers.identifySoon(signal)
      return ok(status.read())
    },
    pause: async () => {
      worker.pause()
      return ok(status.read())
    },
    resume: async () => {
      worker.resume()
      return ok(status.read())
    },
    processQueue: async (request, signal) => {
      const done = await process(request, signal)
      if (done.ok && done.value.stopped_by === 'timeout' && !request.slice)
        logger.log(...queueLines.timeout({ remaining: done.value.remaining }))
      return done
    },
  }
}
