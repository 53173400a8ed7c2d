/**
 * A time zone that is set back hides what is changed within the hour after the newest stamp: it sorts before that one, and no
 * stamp shows it. So it is looked up whether some time zone with that offset was set back then.
 */
import { offsetOf } from '../stash/stamp.ts'
import { yieldToEventLoop } from '../yield-to-event-loop.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

export class ZoneShift {
  /** The newest stamp for which it was ruled out. */
  #ruledOut = ''

  /** Whether the hour after the newest stamp may hide changes. `fullAt`: when all scenes were compared last, epoch ms. */
  async mayHide(newest: string, { now, fullAt }: { readonly now: number; readonly fullAt: number }): Promise<boolean> {
    const offset = offsetOf(newest)
    const at = Date.parse(newest)
    if (offset === null || newest === this.#ruledOut || now < at + hourMs) return false
    const isUnseen = fullAt < at + hourMs && now - at < dayMs
    if (isUnseen && (await mayHaveShifted(offset, at, yieldToEventLoop))) return true
    this.#ruledOut = newest
    return false
  }
}

/**
 * Whether some zone that had this offset at one moment had another one an hour later. Asks the time zone database in steps,
 * so that nothing else waits.
 */
export async function mayHaveShifted(offset: string, at: number, pause: () => Promise<void>): Promise<boolean> {
  const later = at + hourMs
  for (const [index, timeZone] of Intl.supportedValuesOf('timeZone').entries()) {
    if (index % 20 === 0) await pause()
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    const zone = (ms: number): string => /GMT([+-]\d{2}:\d{2})?/.exec(format.format(ms))?.[1] ?? 'Z'
    const before = zone(at)
    if ((before === '+00:00' ? 'Z' : before) === offset && zone(later) !== before) return true
  }
  return false
}
