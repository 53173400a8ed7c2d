/** What the entries of the tray's menu do. */

import type { Fault } from '../../shared/result.ts'
import type { Engine } from '../engine/engine.ts'
import type { DesktopNotifications } from './notifications.ts'
import { problemText } from './problem-text.ts'
import type { DesktopTexts } from './texts.ts'
import type { MenuAction } from './tray-menu.ts'

export interface TrayActionDeps {
  readonly engine: () => Engine | null
  readonly notifications: DesktopNotifications
  readonly texts: () => DesktopTexts
  /** Shows the window, at a view if one is given. */
  readonly open: (view?: string) => void
  readonly installUpdate: () => void
  readonly quit: () => void
  readonly quitNow: () => void
}

/** Carries out an entry of the menu; a fault is reported in a notification, since the menu is gone by then. */
export async function runTrayAction(
  action: Exclude<MenuAction, 'cause'>,
  deps: TrayActionDeps,
  signal: AbortSignal,
): Promise<void> {
  const engine = deps.engine()
  const notifyOf = (fault: Fault): void =>
    deps.notifications.show({
      title: deps.texts().notice.actionFailed,
      body: problemText(deps.texts().language, fault),
      view: '/overview',
    })
  switch (action) {
    case 'open':
      deps.open()
      return
    case 'needs_you':
      deps.open('/needs-you')
      return
    case 'update':
      deps.installUpdate()
      return
    case 'quit':
      deps.quit()
      return
    case 'quit_now':
      deps.quitNow()
      return
    case 'pause':
    case 'resume':
      await engine?.invoke(action, {}, signal)
      return
    case 'sync_recent': {
      const report = await engine?.invoke('enqueueScenes', { scope: 'recent' }, signal)
      if (report?.ok === false) notifyOf(report.fault)
      if (report?.ok === true && engine?.settings().notifications === true)
        deps.notifications.show({ ...deps.texts().notice.syncRecent(report.value.enqueued), view: '/activity' })
      return
    }
    case 'reconcile': {
      // The view shows how far it is, and lets it be cancelled.
      deps.open('/reconcile')
      const run = await engine?.invoke('startReconcile', { scope: engine.settings().reconcile_scope }, signal)
      if (run?.ok === false) notifyOf(run.fault)
    }
  }
}
