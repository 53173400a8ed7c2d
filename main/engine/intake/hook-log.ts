/** The intake's log lines, in the words that users of the original know. */
import { textOf } from '../../../shared/result.ts'
import { type LoggedLine, line } from '../log/line-template.ts'
import type { Clock, Logger } from '../ports.ts'
import type { Hook } from './hook.ts'

/** Past this the lines of a flood go to debug, and one line a second says how many there were. */
const infoLinesPerSecond = 1000

/** Refusals are worth a line, but a sender that is refused all day must not fill the log. */
const refusalSilenceMs = 60_000

const slowMs = 100

export const hookLines = {
  enqueued: line('info', 'Hook', 'Enqueued sync job for {subject} in {ms:f}ms'),
  merged: line('info', 'Hook', 'Enqueued sync job for {subject} in {ms:f}ms (merged into the one that waits)'),
  slow: line('warning', 'Hook', 'Hook handler exceeded 100ms target ({ms:f}ms)'),
  filtered: line('info', 'Hook', '{subject} filtered ({reason})'),
  pong: line('info', 'Hook', 'Connection test answered'),
  notStored: line('error', 'Hook', 'Hook was refused: {problem}'),
  refused: line('warning', 'Hook', 'Request refused with {status:n}: {reason}'),
  more: line(
    'info',
    'Hook',
    '{hooks:n} more hooks within that second, the slowest took {ms:f}ms (each one is a debug line)',
  ),
  failed: line('error', 'Hook', 'Hook failed: {problem}'),
  listenerFailed: line('error', 'Hook', 'Listener failed: {problem}'),
  receivedAt: line('info', 'Hook', 'Receiving hooks at {address}'),
  notReceived: line('error', 'Hook', 'Not receiving hooks: {problem}'),
}

export class HookLog {
  readonly #logger: Logger
  readonly #clock: Clock
  /** Milliseconds with fractions, from any origin. */
  readonly now: () => number
  readonly #silentUntil = new Map<string, number>()
  #second = 0
  #lines = 0
  #slowest = 0
  #endSummary: (() => void) | null = null

  constructor(logger: Logger, clock: Clock, stopwatch: () => number = () => performance.now()) {
    this.#logger = logger
    this.#clock = clock
    this.now = stopwatch
  }

  /** @param ms from the arrival of the request to the end of the commit. */
  stored(hook: Hook, status: 'queued' | 'coalesced', ms: number): void {
    const stored = status === 'coalesced' ? hookLines.merged : hookLines.enqueued
    this.#line(hook, ms, stored({ subject: nounOf(hook), ms }))
    if (ms > slowMs) this.#log(hook, hookLines.slow({ ms }))
  }

  filtered(hook: Hook, reason: string, ms: number): void {
    const action = hook.category === 'change' ? ` ${hook.action}` : ''
    const noun = nounOf(hook)
    const subject = `${noun.charAt(0).toUpperCase()}${noun.slice(1)}${action}`
    this.#line(hook, ms, hookLines.filtered({ subject, reason }))
  }

  pong(): void {
    this.#logger.log(...hookLines.pong())
  }

  notStored(message: string): void {
    this.#rarely('notStored', hookLines.notStored({ problem: message }))
  }

  /** A request that was turned away before anything of it was believed. */
  refused(status: number, reason: string): void {
    this.#rarely(`${status}`, hookLines.refused({ status, reason }))
  }

  /** A request that could not be answered, by a fault of our own. */
  failed(error: unknown): void {
    this.#logger.log(...hookLines.failed({ problem: textOf(error) }), { error })
  }

  listenerFailed(error: unknown): void {
    this.#logger.log(...hookLines.listenerFailed({ problem: textOf(error) }), { error })
  }

  close(): void {
    this.#summarise()
  }

  #line(hook: Hook, ms: number, [level, component, message]: LoggedLine): void {
    const second = Math.floor(this.#clock.now() / 1000)
    if (second !== this.#second) {
      this.#summarise()
      this.#second = second
    }
    this.#lines++
    this.#slowest = Math.max(this.#slowest, ms)
    if (this.#lines === infoLinesPerSecond + 1) this.#endSummary = this.#clock.setTimer(1000, () => this.#summarise())
    this.#log(hook, [this.#lines > infoLinesPerSecond ? 'debug' : level, component, message])
  }

  #summarise(): void {
    this.#endSummary?.()
    this.#endSummary = null
    const more = this.#lines - infoLinesPerSecond
    if (more > 0) this.#logger.log(...hookLines.more({ hooks: more, ms: this.#slowest }))
    this.#lines = 0
    this.#slowest = 0
  }

  #log(hook: Hook, message: LoggedLine): void {
    const isScene = hook.category === 'change' && hook.kind === 'scene'
    this.#logger.log(...message, isScene ? { sceneId: hook.id } : undefined)
  }

  #rarely(cause: string, message: LoggedLine): void {
    const now = this.#clock.now()
    if (now < (this.#silentUntil.get(cause) ?? 0)) return
    this.#silentUntil.set(cause, now + refusalSilenceMs)
    this.#logger.log(...message)
  }
}

/** `scene 123`, or the type where it is one of Stash's; other senders' words stay out of the log. */
function nounOf(hook: Hook): string {
  if (hook.category === 'change') return `${hook.kind} ${hook.id}`
  if (hook.category === 'ping') return 'connection test'
  return /^[\w.]{1,64}$/.test(hook.type) ? `hook ${hook.type}` : 'hook of an unknown type'
}
