/**
 * Knows when an engine in this process is at rest: nothing moves, no poster is being drawn, no request is under way but those
 * held back on purpose, nothing is between the sockets, and the system has nothing to do for this process.
 */
import type { WorkerProcess } from '../../main/engine/ports.ts'
import { isOnTheWay } from './loopback.ts'
import { aMoment } from './moment.ts'
import type { RequestRecord } from './request-log.ts'
import type { SimulatedServer } from './simulated-server.ts'

/** Whatever is waited for shows in a fact below; the second turn is for a callback that sets the next one up. */
const stillTurns = 2
/** Turns without a change after which what is waited for is given real time. */
const waitingTurns = 40
const patientTurns = 2_000

/** Work of this process that comes back to JavaScript: in the next turn, from a thread (files, names), from a socket. */
const pendingWork: ReadonlySet<string> = new Set([
  'Immediate',
  'FSReqCallback',
  'FSReqPromise',
  'CloseReq',
  'GetAddrInfoReqWrap',
  'TCPConnectWrap',
  'WriteWrap',
  'ShutdownWrap',
])

type Server = Pick<SimulatedServer, 'url' | 'requests' | 'connections'>

export class Rest {
  readonly #servers: readonly Server[]
  readonly #ports: ReadonlySet<number>
  readonly #activity: () => number
  #underWay = 0

  /** @param activity grows with whatever else the engine does, such as setting timers. */
  constructor(servers: readonly Server[], activity: () => number = () => 0) {
    this.#servers = servers
    this.#ports = new Set(servers.map(({ url }) => Number(new URL(url).port)))
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
   * Resolves when nothing has moved for a few turns of the event loop and nothing is waited for. All parties are in this
   * process, so what is on its way arrives without the test's time having to pass.
   */
  async come(): Promise<void> {
    let patience = patientTurns
    for (let still = 0, seen = this.#moved(); ; ) {
      await new Promise<void>((resume) => setImmediate(resume))
      const now = this.#moved()
      still = now === seen ? still + 1 : 0
      seen = now
      if (still < stillTurns) continue
      if (patience === 0 || !this.#isWaiting()) return
      if (still < waitingTurns) continue
      // The system delivers what was sent over the loopback device when it pleases.
      await aMoment(1)
      patience -= 1
    }
  }

  #isWaiting(): boolean {
    return (
      (this.#underWay > 0 && this.#underWay !== this.#held()) ||
      isOnTheWay(this.#ports) ||
      process.getActiveResourcesInfo().some((name) => pendingWork.has(name))
    )
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
