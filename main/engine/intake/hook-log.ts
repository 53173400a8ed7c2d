/** The intake's log lines, in the words that users of the original know. */
import type { LogLevel } from '../../../shared/domain.ts'
import type { Clock, Logger } from '../ports.ts'
import type { HookEvent } from './hook-event.ts'

/** Past this the lines of a flood go to debug, and one line a second says how many there were. */
const infoLinesPerSecond = 1000

/** Refusals are worth a line, but a sender that is refused all day must not fill the log. */
const refusalSilenceMs = 60_000

const slowMs = 100

export class HookLog {
  readonly #logger: Logger
  readonly #clock: Clock
  readonly #silentUntil = new Map<string, number>()
  #second = 0
  #lines = 0
  #slowest = 0
  #endSummary: (() => void) | null = null

  constructor(logger: Logger, clock: Clock) {
    this.#logger = logger
    this.#clock = clock
  }

  /** @param ms from the arrival of the request to the end of the commit. */
  stored(event: HookEvent, status: 'queued' | 'coalesced', ms: number): void {
    const merged = status === 'coalesced' ? ' (merged into the one that waits)' : ''
    this.#line(event, ms, `Enqueued sync job for ${nounOf(event)} in ${ms.toFixed(1)}ms${merged}`)
    if (ms > slowMs) this.#log('warning', event, `Hook handler exceeded ${slowMs}ms target (${ms.toFixed(1)}ms)`)
  }

  filtered(event: HookEvent, reason: string, ms: number): void {
    const action = event.hook === 'change' ? ` ${event.action}` : ''
    const noun = nounOf(event)
    this.#line(event, ms, `${noun.charAt(0).toUpperCase()}${noun.slice(1)}${action} filtered (${reason})`)
  }

  pong(): void {
    this.#logger.log('info', 'Hook', 'Connection test answered')
  }

  notStored(message: string): void {
    this.#rarely('notStored', 'error', `Hook was refused: ${message}`)
  }

  /** A request that was turned away before anything of it was believed. */
  refused(status: number, reason: string): void {
    this.#rarely(`${status}`, 'warning', `Request refused with ${status}: ${reason}`)
  }

  close(): void {
    this.#summarise()
  }

  #line(event: HookEvent, ms: number, message: string): void {
    const second = Math.floor(this.#clock.now() / 1000)
    if (second !== this.#second) {
      this.#summarise()
      this.#second = second
    }
    this.#lines++
    this.#slowest = Math.max(this.#slowest, ms)
    if (this.#lines === infoLinesPerSecond + 1) this.#endSummary = this.#clock.setTimer(1000, () => this.#summarise())
    this.#log(this.#lines > infoLinesPerSecond ? 'debug' : 'info', event, message)
  }

  #summarise(): void {
    this.#endSummary?.()
    this.#endSummary = null
    const more = this.#lines - infoLinesPerSecond
    if (more > 0)
      this.#logger.log(
        'info',
        'Hook',
        `${more} more hooks within that second, the slowest took ${this.#slowest.toFixed(1)}ms (each one is a debug line)`,
      )
    this.#lines = 0
    this.#slowest = 0
  }

  #log(level: LogLevel, event: HookEvent, message: string): void {
    const isScene = event.hook === 'change' && event.kind === 'scene'
    this.#logger.log(level, 'Hook', message, isScene ? { sceneId: event.id } : undefined)
  }

  #rarely(cause: string, level: LogLevel, message: string): void {
    const now = this.#clock.now()
    if (now < (this.#silentUntil.get(cause) ?? 0)) return
    this.#silentUntil.set(cause, now + refusalSilenceMs)
    this.#logger.log(level, 'Hook', message)
  }
}

/** `scene 123`, or the type where it is one of Stash's; other senders' words stay out of the log. */
function nounOf(event: HookEvent): string {
  if (event.hook === 'change') return `${event.kind} ${event.id}`
  if (event.hook === 'ping') return 'connection test'
  return /^[\w.]{1,64}$/.test(event.type) ? `hook ${event.type}` : 'hook of an unknown type'
}
