/** Says once, when the window is closed for the first time, that the app is still there and where. */
import type { ClosingWay } from './app-window.ts'
import type { DesktopMemory } from './desktop-memory.ts'
import type { DesktopNotifications } from './notifications.ts'
import type { DesktopTexts } from './texts.ts'

export function notifyStillHere(
  way: ClosingWay,
  memory: DesktopMemory,
  notifications: DesktopNotifications,
  { notice }: DesktopTexts,
): void {
  if (memory.content.toldStillHere) return
  notifications.show({ ...(way === 'hide' ? notice.stillHere : notice.noTray), view: '/overview' })
  memory.remember({ toldStillHere: true })
}
