/**
 * Knows when an engine in this process is at rest: nothing moves, no poster is being drawn, and no request is under way but
 * those held back on purpose.
 */
import type { WorkerProcess } from '../../main/engine/ports.ts'
import { aMoment } from './moment.ts'
import type { RequestRecord } from './request-log.ts'
import type { SimulatedServer } from './simulated-server.ts'

const stillTurns = 40
const patientTurns = 2_000

type Server = Pick<SimulatedServer, 'requests' | 'connections'>

export class Rest {
  readonly #servers: readonly Server[]
  readonly #activity: () => number
  #underWay = 0

  /** @param activity grows with whatever else the engine does, such as setting timers. */
  constructor(servers: readonly Server[], activity: () => number = () => 0) {
    this.#servers = servers
    this.#activity = activity
  }

  /** The engine's port: called with each request. */
  readonly onExchange = (): (() => void) => {
    this.#underWay += 1
    return () => {
      this.#underWay -= 1
    }
  }

  /** A worker whose replies are waited for as those of the servers: it takes real time. */
  watch(worker: WorkerProcess): WorkerProcess {
    let orders = 0
    const settled = (count: number): void => {
      orders -= count
      this.#underWay -= count
    }
    worker.onMessage(() => settled(Math.min(1, orders)))
    worker.onExit(() => settled(orders))
    return {
      ...worker,
      send: (message) => {
        settled(-1)
        worker.send(message)
      },
    }
  }

  /**
   * Resolves when nothing has moved for a number of turns of the event loop. All parties are in this process, so what is on
   * its way arrives without the test's time having to pass.
   */
  async come(): Promise<void> {
    let patience = patientTurns
    for (let still = 0, seen = this.#moved(); still < stillTurns; ) {
      await new Promise<void>((resume) => setImmediate(resume))
      const now = this.#moved()
      still = now === seen ? still + 1 : 0
      seen = now
      if (still < stillTurns || this.#underWay === this.#held() || patience === 0) continue
      // The system delivers what was sent over the loopback device when it pleases.
      await aMoment(1)
      patience -= 1
      still -= 1
    }
  }

  #moved(): number {
    return this.#servers.reduce(
      (sum, { requests, connections }) => sum + requests.total + connections,
      this.#activity() + this.#underWay,
    )
  }

  /** Requests that a fault script holds back on purpose. */
  #held(): number {
    return this.#servers.reduce((sum, { requests }) => sum + requests.all.slice(-200).filter(isHeldBack).length, 0)
  }
}

function isHeldBack({ isOpen, fault }: RequestRecord): boolean {
  return isOpen && (fault === 'drip' || fault === 'hang' || fault === 'delay')
}
