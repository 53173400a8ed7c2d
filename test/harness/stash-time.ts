import type { Clock } from './clock.ts'

/** The server's distance from UTC in minutes, fixed or by moment (summer time). */
export type ServerOffset = number | ((epochMs: number) => number)

/**
 * How Stash keeps moments: RFC 3339 text in the server's local offset, whole seconds, compared as text.
 * Hence a value with another offset compares wrongly: that is the real server's trap and must stay one here.
 */
export class StashTime {
  readonly #clock: Clock
  #offset: ServerOffset

  constructor(clock: Clock, offset: ServerOffset) {
    this.#clock = clock
    this.#offset = offset
  }

  /** The server is started in another time zone: what is stored stays as it is. */
  move(offset: ServerOffset): void {
    this.#offset = offset
  }

  /** The present, as stored. */
  now(): string {
    return this.text(this.#clock.now())
  }

  /** A moment (epoch ms), as stored. */
  text(epochMs: number): string {
    const minutes = typeof this.#offset === 'number' ? this.#offset : this.#offset(epochMs)
    const local = new Date(Math.floor(epochMs / 1000) * 1000 + minutes * 60_000).toISOString().slice(0, 19)
    if (minutes === 0) return `${local}Z`
    const size = Math.abs(minutes)
    const sign = minutes < 0 ? '-' : '+'
    return `${local}${sign}${String(Math.floor(size / 60)).padStart(2, '0')}:${String(size % 60).padStart(2, '0')}`
  }
}
