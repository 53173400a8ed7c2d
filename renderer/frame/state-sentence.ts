import type { Status } from '../../shared/contract.ts'
import type { Format } from '../i18n/format.ts'
import type { Messages } from '../i18n/messages.en.ts'

/** The state of the whole in one sentence, the same in every view. Pure: `now` is epoch milliseconds. */
export function stateSentence(status: Status, t: Messages, format: Format, now: number): string {
  const { ready, delayed, in_progress: inProgress } = status.queue
  const queued = ready + delayed + inProgress
  const refusing = (['plex', 'stash'] as const).find((server) => status[server].auth_refused)
  const lastChange = status.last_synced_at
  if (!status.plex.configured || !status.stash.configured) return t.sentence.notConfigured
  if (!status.running) return t.sentence.notRunning
  if (status.paused) return t.sentence.paused(queued)
  if (refusing) return t.sentence.auth(t.server[refusing])
  if (status.waiting_for) {
    const { server, since } = status.waiting_for
    return t.sentence.waiting(t.server[server], format.since(Date.parse(since), now), queued)
  }
  const parts = [
    status.dead_letters > 0 ? t.sentence.needsYou(status.dead_letters) : '',
    ready + inProgress > 0 ? t.sentence.working(ready + inProgress, Math.round(status.per_minute)) : '',
    ready + inProgress === 0 && delayed > 0 ? t.sentence.delayed(delayed) : '',
    queued > 0 ? '' : status.synced_scenes === 0 ? t.sentence.fresh : t.sentence.idle(status.synced_scenes),
    queued === 0 && lastChange !== null ? t.sentence.lastChange(format.ago(Date.parse(lastChange), now)) : '',
  ]
  // "Up to date" beside "3 scenes need you" would say two things at once.
  const shown = status.dead_letters > 0 && queued === 0 ? [parts[0], parts[4]] : parts
  return shown.filter((part) => part !== undefined && part !== '').join(' ')
}
