/** Counts the requests that one piece of work sends to each server, though others send some at the same time. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { ServerName } from '../../../shared/domain.ts'

export type RequestCounts = Record<ServerName, number>

export class RequestCount {
  readonly #current = new AsyncLocalStorage<RequestCounts>()

  /** All exchanges that `work` waits for are added to `counts`. */
  during<T>(counts: RequestCounts, work: () => Promise<T>): Promise<T> {
    return this.#current.run(counts, work)
  }

  /** To be called for each exchange, in the context of its caller. */
  sent(server: ServerName): void {
    const counts = this.#current.getStore()
    if (counts !== undefined) counts[server] += 1
  }
}
