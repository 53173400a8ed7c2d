/** Keeps the hook listener on the address that the settings name, also when they change while it runs. */

import { ok, type Result } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'
import { hookLines } from './hook-log.ts'
import { createIntakeListener, type IntakeListener, type IntakeListenerDeps } from './listener.ts'

export type HookReceiverDeps = Omit<IntakeListenerDeps, 'onHook'>

/** A change was taken in; `isNew` where a job is waiting because of it. */
export interface TakenHook {
  readonly type: string
  /** Of what has changed; empty if the hook is none that PlexSync knows. */
  readonly id: string
  readonly isNew: boolean
}

export class HookReceiver {
  readonly #deps: HookReceiverDeps
  readonly #taken = new Listeners<TakenHook>()
  #listener: IntakeListener | null = null
  #url: string | null = null
  #lastHookAt: number | null = null
  #lastPingAt: number | null = null

  constructor(deps: HookReceiverDeps) {
    this.#deps = deps
  }

  /** Calls `listener` with each hook that was stored or filtered. */
  onTaken(listener: (hook: TakenHook) => void): () => void {
    return this.#taken.add(listener)
  }

  /** Where hooks go; null while it does not listen. */
  get url(): string | null {
    return this.#url
  }

  /** Epoch ms of the last hook since the start; connection tests do not count, they are no sign that Stash reports. */
  get lastHookAt(): number | null {
    return this.#lastHookAt
  }

  /** Epoch ms of the last connection test. */
  get lastPingAt(): number | null {
    return this.#lastPingAt
  }

  /** Begins to listen. Faults are those of the listener: the port is in use, the address is not this machine's. */
  async open(): Promise<Result<string>> {
    const { webhook_host, webhook_port } = this.#deps.settings()
    const listener = createIntakeListener({
      ...this.#deps,
      onHook: ({ hook, status }) => {
        if (hook.category === 'ping') {
          this.#lastPingAt = this.#deps.ports.clock.now()
          return
        }
        this.#lastHookAt = this.#deps.ports.clock.now()
        this.#taken.send({
          type: hook.category === 'change' ? hook.type : 'other',
          id: hook.category === 'change' ? hook.id : '',
          isNew: status === 'queued' || status === 'coalesced',
        })
      },
    })
    const listening = await listener.listen(webhook_host, webhook_port)
    if (!listening.ok) return listening
    this.#listener = listener
    this.#url = listening.value.url
    return ok(this.#url)
  }

  /** The address in the settings changed. Hooks that come while it moves are missed, and found by the sweep. */
  async move(): Promise<void> {
    if (this.#listener === null) return
    await this.close()
    const opened = await this.open()
    if (opened.ok) this.#deps.ports.logger.log(...hookLines.receivedAt({ address: opened.value }))
    else this.#deps.ports.logger.log(...hookLines.notReceived({ problem: opened.fault.message }))
  }

  /** Takes no more hooks; those that are in are stored and answered. */
  async close(): Promise<void> {
    const listener = this.#listener
    this.#listener = null
    this.#url = null
    await listener?.close()
  }
}
