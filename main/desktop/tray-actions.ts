/** What the entries of the tray's menu do. */
import type { Fault } from '../../shared/result.ts'
import type { Engine } from '../engine/engine.ts'
import type { DesktopNotifications } from './notifications.ts'
import type { DesktopTexts } from './texts.ts'
import type { MenuAction } from './tray-menu.ts'

export interface TrayActionParts {
  readonly engine: () => Engine | null
  readonly notifications: DesktopNotifications
  readonly texts: () => DesktopTexts
  /** Shows the window, at a view if one is given. */
  readonly open: (view?: string) => void
  readonly installUpdate: () => void
  readonly quit: () => void
  readonly quitNow: () => void
}

/** Carries out an entry of the menu; a fault is told in a notification, since the menu is gone by then. */
export async function runTrayAction(action: Exclude<MenuAction, 'cause'>, parts: TrayActionParts): Promise<void> {
  const engine = parts.engine()
  const tellFault = (fault: Fault): void =>
    parts.notifications.show({ title: parts.texts().notice.actionFailed, body: fault.message, view: '/overview' })
  switch (action) {
    case 'open':
      parts.open()
      return
    case 'needs_you':
      parts.open('/needs-you')
      return
    case 'update':
      parts.installUpdate()
      return
    case 'quit':
      parts.quit()
      return
    case 'quit_now':
      parts.quitNow()
      return
    case 'pause':
    case 'resume':
      await engine?.invoke(action, {})
      return
    case 'sync_recent': {
      const report = await engine?.invoke('enqueueScenes', { scope: 'recent' })
      if (report?.ok === false) tellFault(report.fault)
      if (report?.ok === true && engine?.settings().notifications === true)
        parts.notifications.show({ ...parts.texts().notice.syncRecent(report.value.enqueued), view: '/activity' })
      return
    }
    case 'reconcile': {
      // The view shows how far it is, and lets it be cancelled.
      parts.open('/reconcile')
      const run = await engine?.invoke('startReconcile', { scope: engine.settings().reconcile_scope })
      if (run?.ok === false) tellFault(run.fault)
    }
  }
}
