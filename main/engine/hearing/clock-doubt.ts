/**
 * Whether the order of Stash's stamps is doubted after a probe, and for how long (`stamp-order.ts` shows why). Pure.
 *
 * What shows that a clock or a time zone went back is doubted for a day. A start only may have come with another time zone:
 * then the first stamp that is newer than the start, in the offset known before, ends the doubt.
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
/** Stash's own stamps may be this far ahead of the time that its responses show. */
const aheadMs = 2_000

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
  const { now, stashNow, isFresh, before, newest } = input
  const until = now + dayMs
  if (wentBack(input)) return { until, since: null }
  // Our own clock was set back: what should end in a day must not last forever.
  const isOver = doubt.until !== null && (doubt.until <= now || doubt.until > until)
  const current = isOver ? noDoubt : doubt
  const lastsADay = current.until !== null && current.since === null
  if (isFresh) return lastsADay ? current : { until, since: stashNow ?? now }
  const isEnded = current.since !== null && newest !== null && newest !== before && Date.parse(newest) > current.since
  return isEnded ? noDoubt : current
}

/** Whether the probe shows it: by a jump of Stash's clock, a stamp in the future, or a newest stamp of another offset. */
function wentBack({ stashNow, before, newest, aheadBefore, ahead }: DoubtInput): boolean {
  if (aheadBefore !== null && ahead !== null && Math.abs(ahead - aheadBefore) > jumpMs) return true
  if (newest === null) return false
  if (stashNow !== null && Date.parse(newest) > stashNow + aheadMs) return true
  return before !== null && offsetOf(before) !== offsetOf(newest)
}
