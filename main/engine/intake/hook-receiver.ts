/** Keeps the hook listener on the address that the settings name, also when they change while it runs. */

import { ok, type Result } from '../../../shared/result.ts'
import { Listeners } from '../listeners.ts'
import type { Clock, Logger } from '../ports.ts'
import { HookLog, hookLines } from './hook-log.ts'
import type { TakenHook } from './intake.ts'
import { createIntakeListener, type IntakeListener, type IntakeListenerDeps } from './listener.ts'

export interface HookReceiverDeps extends Pick<IntakeListenerDeps, 'settings' | 'storage' | 'authenticator' | 'files'> {
  readonly clock: Clock
  readonly logger: Logger
}

/** A change was taken in; `isNew` where a job is waiting because of it. */
export interface TakenChange {
  readonly type: string
  /** Of what has changed; empty if the hook is none that PlexSync knows. */
  readonly id: string
  readonly isNew: boolean
}

export class HookReceiver {
  readonly #deps: HookReceiverDeps
  readonly #taken = new Listeners<TakenChange>()
  #listener: IntakeListener | null = null
  #endTaking: () => void = () => {}
  #url: string | null = null
  #lastHookAt: number | null = null
  #lastPingAt: number | null = null

  constructor(deps: HookReceiverDeps) {
    this.#deps = deps
  }

  /** Calls `listener` with each hook that was stored or filtered. */
  onTaken(listener: (hook: TakenChange) => void): () => void {
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
    const { clock, logger, settings } = this.#deps
    const { webhook_host, webhook_port } = settings.settings()
    const listener = createIntakeListener({ ...this.#deps, log: new HookLog(logger, clock) })
    const endTaking = listener.onTaken((taken) => this.#take(taken))
    const listening = await listener.listen(webhook_host, webhook_port)
    if (!listening.ok) {
      endTaking()
      return listening
    }
    this.#listener = listener
    this.#endTaking = endTaking
    this.#url = listening.value.url
    return ok(this.#url)
  }

  /** The address in the settings changed. Hooks that come while it moves are missed, and found by the sweep. */
  async move(): Promise<void> {
    if (this.#listener === null) return
    await this.close()
    const opened = await this.open()
    if (opened.ok) this.#deps.logger.log(...hookLines.receivedAt({ address: opened.value }))
    else this.#deps.logger.log(...hookLines.notReceived({ problem: opened.fault.message }))
  }

  /** Takes no more hooks; those that are in are stored and answered. */
  async close(): Promise<void> {
    const listener = this.#listener
    this.#listener = null
    this.#url = null
    await listener?.close()
    this.#endTaking()
    this.#endTaking = () => {}
  }

  #take({ hook, status }: TakenHook): void {
    const now = this.#deps.clock.now()
    if (hook.category === 'ping') {
      this.#lastPingAt = now
      return
    }
    this.#lastHookAt = now
    this.#taken.send({
      type: hook.category === 'change' ? hook.type : 'other',
      id: hook.category === 'change' ? hook.id : '',
      isNew: status === 'queued' || status === 'coalesced',
    })
  }
}
