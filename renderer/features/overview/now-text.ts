/** What the overview says of the moment, from the same summary as the header and the tray. Pure. */
import type { Summary, SummaryPart } from '../../../shared/summary.ts'
import type { Messages } from '../../i18n/messages.en.ts'

/** `say` puts a part of the summary into words. */
export function nowText({ parts }: Summary, t: Messages['overview'], say: (part: SummaryPart) => string): string {
  const work = parts.find(({ code }) => code === 'working' || code === 'scheduled')
  if (work?.code === 'working') {
    if (work.perMinute < 1) return t.queued(work.left)
    return `${t.queued(work.left)} ${t.timeLeft(Math.max(1, Math.round(work.left / work.perMinute)))}`
  }
  if (work !== undefined) return say(work)
  const [first] = parts
  const isAtRest = first.code === 'in_sync' || first.code === 'ready' || first.code === 'needs_attention'
  return isAtRest ? t.idle : say(first)
}
