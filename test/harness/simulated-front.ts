/** What Plex and Stash as simulated show of the server behind them: its address, its log of requests, its faults, being down. */
import type { SimulatedServer } from './simulated-server.ts'

export abstract class SimulatedFront implements AsyncDisposable {
  protected abstract readonly server: SimulatedServer

  get port(): number {
    return this.server.port
  }

  get requests(): SimulatedServer['requests'] {
    return this.server.requests
  }

  get faults(): SimulatedServer['faults'] {
    return this.server.faults
  }

  /** Open connections. */
  get connections(): number {
    return this.server.connections
  }

  /** Listens again on the same port. */
  up(): Promise<void> {
    return this.server.up()
  }

  /** Cuts all connections and refuses new ones until `up`. */
  down(): Promise<void> {
    return this.server.down()
  }

  dropConnections(): void {
    this.server.dropConnections()
  }

  close(): Promise<void> {
    return this.down()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
