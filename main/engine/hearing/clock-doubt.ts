/**
 * Whether the order of Stash's stamps can be trusted. Stash orders them as text in its local time, so a change made after a
 * clock or a time zone went back sorts before changes made earlier, and the newest stamp does not show it. Pure.
 */
import { offsetOf } from '../stash/stamp.ts'

export interface Doubt {
  /** Epoch ms until when all stamps are read hourly; null if there is none. */
  readonly until: number | null
  /** A newer stamp in the known offset, written after this moment, ends the doubt; null if only time does. */
  readonly since: number | null
}

export const noDoubt: Doubt = { until: null, since: null }

const dayMs = 24 * 3_600_000
/** The Date of a response has whole seconds, and answers take their time. */
const jumpMs = 5_000

export interface DoubtInput {
  readonly now: number
  readonly stashNow: number | null
  /** A start, a reconnection: Stash may have been started again, in another zone. */
  readonly isFresh: boolean
  /** The newest stamp before, and now. */
  readonly before: string | null
  readonly newest: string | null
  /** How far Stash's clock was ahead of ours before, and is now; null if not known. */
  readonly aheadBefore: number | null
  readonly ahead: number | null
}

export function doubtOf(doubt: Doubt, input: DoubtInput): Doubt {
  const { now, stashNow, isFresh, before, newest, aheadBefore, ahead } = input
  const whole = { until: now + dayMs, since: null }
  if (aheadBefore !== null && ahead !== null && Math.abs(ahead - aheadBefore) > jumpMs) return whole
  if (newest !== null && stashNow !== null && Date.parse(newest) > stashNow + 2_000) return whole
  if (before !== null && newest !== null && offsetOf(before) !== offsetOf(newest)) return whole
  // The clock was set back since: what should end in a day must not last forever.
  const current = doubt.until !== null && (doubt.until <= now || doubt.until > now + dayMs) ? noDoubt : doubt
  if (isFresh)
    return current.until !== null && current.since === null ? current : { until: now + dayMs, since: stashNow ?? now }
  if (current.since !== null && newest !== null && newest !== before && Date.parse(newest) > current.since)
    return noDoubt
  return current
}

/**
 * Whether some zone that had this offset at one moment had another one an hour later: then an edit of that hour can sort
 * before the newest stamp. Asks the time zone database in steps, so that nothing else waits.
 */
export async function mayHaveShifted(offset: string, at: number, pause: () => Promise<void>): Promise<boolean> {
  const later = at + 3_600_000
  for (const [index, timeZone] of Intl.supportedValuesOf('timeZone').entries()) {
    if (index % 20 === 0) await pause()
    const format = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' })
    const zone = (ms: number): string => /GMT([+-]\d{2}:\d{2})?/.exec(format.format(ms))?.[1] ?? 'Z'
    const before = zone(at)
    if ((before === '+00:00' ? 'Z' : before) === offset && zone(later) !== before) return true
  }
  return false
}
