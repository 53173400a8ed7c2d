/** Desktop notifications. When and how often is the engine's business; this shows them and opens what they are about. */

import { Notification } from 'electron'
import { textOf } from '../../shared/result.ts'
import type { Logger, Notice, Notifier } from '../engine/ports.ts'
import { desktopLines } from './desktop-log.ts'
import type { DesktopTexts } from './texts.ts'

export interface NotificationDeps {
  readonly icon: string
  readonly texts: () => DesktopTexts
  readonly logger: Logger
  /** A click: show that view. */
  readonly open: (view: string) => void
}

interface Message {
  readonly title: string
  readonly body: string
  /** The view that a click opens. */
  readonly view: string
}

export class DesktopNotifications implements Notifier {
  readonly #deps: NotificationDeps
  /** Shown ones are held, or a click would come to nothing once the garbage collector took them. */
  readonly #shown = new Set<Notification>()

  constructor(deps: NotificationDeps) {
    this.#deps = deps
  }

  notify(notice: Notice): void {
    this.show({ ...this.#deps.texts().notice.ofEngine(notice), view: notice.view })
  }

  show({ title, body, view }: Message): void {
    if (!Notification.isSupported()) return
    const { icon, open, logger } = this.#deps
    const notification = new Notification({ title, body, icon, silent: true })
    const forget = (): void => void this.#shown.delete(notification)
    notification.on('click', () => {
      forget()
      open(view)
    })
    notification.on('close', forget)
    notification.on('failed', (_event, error) => {
      forget()
      logger.log(...desktopLines.noNotification({ problem: textOf(error) }))
    })
    this.#shown.add(notification)
    notification.show()
  }
}
