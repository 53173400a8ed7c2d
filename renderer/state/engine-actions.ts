import Pause from '@lucide/svelte/icons/pause'
import Play from '@lucide/svelte/icons/play'
import type { EnqueueReport, SyncSelection } from '../../shared/contract.ts'
import type { Messages } from '../i18n/messages.en.ts'
import type { Action } from './action.ts'
import type { App } from './app.ts'

/** Pause or resume, whichever is the other of the present state. */
export function pauseAction(app: App): Action {
  const paused = app.status.current?.paused ?? false
  return {
    label: paused ? app.t.overview.resume : app.t.overview.pause,
    icon: paused ? Play : Pause,
    key: 'P',
    run: async () => {
      const status = await app.attempt(paused ? 'resume' : 'pause', {})
      if (status) app.status.accept(status)
    },
  }
}

/** "12 scenes were put into the queue. Left out: 3 already queued." */
export function enqueueSentence(t: Messages, report: EnqueueReport): string {
  const { already_queued: queued, no_metadata: metadata, no_file: file } = report.skipped
  const left = t.enqueue.skipped(queued, metadata, file)
  return [t.enqueue.done(report.enqueued), left === '' ? '' : t.enqueue.left(left)]
    .filter((part) => part !== '')
    .join(' ')
}

/** One scene is put into the queue within a moment; whatever may be many is a task. */
function enqueueAs(app: App, selection: SyncSelection): Promise<EnqueueReport | null> {
  if (selection.scope === 'all') return app.work('enqueueScenes', { kind: 'sync_all', request: {} })
  if (selection.scope === 'recent') return app.work('enqueueScenes', { kind: 'sync_some', request: selection })
  return app.attempt('enqueueScenes', selection)
}

export async function enqueue(app: App, selection: SyncSelection): Promise<EnqueueReport | null> {
  const report = await enqueueAs(app, selection)
  if (report) app.notices.show(enqueueSentence(app.t, report))
  return report
}

export function syncRecentAction(app: App): Action {
  return {
    label: app.t.overview.syncRecent,
    run: async () => {
      await enqueue(app, { scope: 'recent' })
    },
  }
}

export function syncAllAction(app: App): Action {
  return {
    label: app.t.overview.syncAll,
    ask: { title: app.t.overview.syncAllAsk, body: app.t.overview.syncAllBody },
    run: async () => {
      await enqueue(app, { scope: 'all' })
    },
  }
}
