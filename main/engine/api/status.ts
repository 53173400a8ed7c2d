import type { Handlers } from '../../../shared/contract.ts'
import { ok } from '../../../shared/result.ts'
import type { Worker } from '../sync/worker.ts'
import { type ProcessQueueDeps, processQueue } from './process-queue.ts'
import type { ServersView } from './servers-view.ts'
import type { StatusReader } from './status-reader.ts'

export interface StatusHandlerDeps {
  readonly status: StatusReader
  readonly servers: Pick<ServersView, 'identifySoon'>
  readonly worker: Pick<Worker, 'pause' | 'resume'>
  readonly process: ProcessQueueDeps
}

export function statusHandlers({
  status,
  servers,
  worker,
  process,
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
    processQueue: (request, signal) => processQueue(request, process, signal),
  }
}
