import type { Messages } from './messages.en.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

/** Numbers, times and sizes in the language of the window. */
export class Format {
  readonly #locale: string
  readonly #messages: Messages
  readonly #relative: Intl.RelativeTimeFormat
  readonly #exact: Intl.DateTimeFormat
  readonly #time: Intl.DateTimeFormat
  readonly #clock: Intl.DateTimeFormat
  readonly #number: Intl.NumberFormat

  constructor(locale: string, messages: Messages) {
    this.#locale = locale
    this.#messages = messages
    this.#relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'long' })
    this.#exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' })
    this.#time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
    this.#clock = new Intl.DateTimeFormat(locale, {
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      fractionalSecondDigits: 3,
      hourCycle: 'h23',
    })
    this.#number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  }

  number(value: number): string {
    return this.#number.format(value)
  }

  percent(share: number): string {
    // 99.99 % must not be shown as 100 %: that would hide an outage.
    const shown = share < 1 ? Math.min(share, 0.9999) : 1
    return new Intl.NumberFormat(this.#locale, { style: 'percent', maximumFractionDigits: 2 }).format(shown)
  }

  bytes(value: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
    const power = Math.min(Math.floor(Math.log(Math.max(value, 1)) / Math.log(1000)), units.length - 1)
    const options = { style: 'unit', unit: units[power] ?? 'byte', maximumFractionDigits: 1 } as const
    return new Intl.NumberFormat(this.#locale, options).format(value / 1000 ** power)
  }

  /** "2 minutes ago", "in 3 minutes"; both are epoch milliseconds. */
  ago(at: number, now: number): string {
    const seconds = (at - now) / 1000
    const size = Math.abs(seconds)
    if (size < 10) return this.#messages.common.now
    if (size < minute) return this.#relative.format(Math.trunc(seconds), 'second')
    if (size < hour) return this.#relative.format(Math.trunc(seconds / minute), 'minute')
    if (size < day) return this.#relative.format(Math.trunc(seconds / hour), 'hour')
    return this.#relative.format(Math.trunc(seconds / day), 'day')
  }

  exact(at: number): string {
    return this.#exact.format(at)
  }

  /** A day given as YYYY-MM-DD. */
  day(text: string): string {
    return new Intl.DateTimeFormat(this.#locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.parse(text))
  }

  /** Time of day, with the date where it is not today. */
  since(at: number, now: number): string {
    const sameDay = new Date(at).toDateString() === new Date(now).toDateString()
    return sameDay ? this.#time.format(at) : this.#exact.format(at)
  }

  /** Time of day to the millisecond, for log lines. */
  clock(at: number): string {
    return this.#clock.format(at)
  }

  /** A length of time, in its two largest units. */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds))
    const parts = [
      ['day', Math.floor(whole / day)],
      ['hour', Math.floor((whole % day) / hour)],
      ['minute', Math.floor((whole % hour) / minute)],
      ['second', whole % minute],
    ] as const
    const first = parts.findIndex(([, value]) => value > 0)
    return parts
      .slice(first === -1 ? 3 : first, (first === -1 ? 3 : first) + 2)
      .filter(([unit, value]) => value > 0 || (unit === 'second' && whole === 0))
      .map(([unit, value]) =>
        new Intl.NumberFormat(this.#locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
      )
      .join(' ')
  }

  list(names: readonly string[]): string {
    return new Intl.ListFormat(this.#locale, { type: 'conjunction' }).format(names)
  }
}
