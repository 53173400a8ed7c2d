/** The plain pages there are, and the window they are shown in. */
import { shell } from 'electron'
import type { Fault } from '../../shared/result.ts'
import type { DesktopSettings } from './desktop-settings.ts'
import { renderNotice } from './notice-page.ts'
import { NoticeWindow } from './notice-window.ts'
import { problemText } from './problem-text.ts'

export interface PageActions {
  readonly retry: () => void
  /** Null if the engine could not even be opened, so that there is nothing to configure. */
  readonly settings: (() => void) | null
  readonly quit: () => void
  readonly onClosed: () => void
}

export class PlainPages {
  readonly #settings: DesktopSettings
  readonly #logFolder: string
  readonly #window: NoticeWindow
  readonly #pages = new Map<string, string>()

  constructor(settings: DesktopSettings, logFolder: string, icon: string) {
    this.#settings = settings
    this.#logFolder = logFolder
    this.#window = new NoticeWindow(icon)
  }

  /** The HTML of a page; null if there is none. For the scheme's handler. */
  readonly page = (path: string): string | null => this.#pages.get(path) ?? null

  /** Why it did not start, and what can be done. */
  showFailure(fault: Fault, actions: PageActions): void {
    const { page, errors, language } = this.#settings.texts()
    this.#show(
      '/failure',
      page.failureTitle,
      [
        { head: page.why, text: errors[fault.code].sentence },
        { head: page.what, text: errors[fault.code].action },
        // It names the file, the port or the program.
        { head: page.detail, text: problemText(language, fault) },
      ],
      actions,
    )
  }

  /** The window crashed again and again. */
  showCrash(actions: PageActions): void {
    const { page } = this.#settings.texts()
    this.#show(
      '/crash',
      page.crashedTitle,
      [
        { head: page.why, text: page.crashedWhy },
        { head: page.what, text: page.crashedWhat },
      ],
      actions,
    )
  }

  /** What is still being written; the page reads itself again each second. */
  showClosing(quitNow: () => void): void {
    this.#window.show('closing', (action) => {
      if (action === 'quit-now') quitNow()
    })
  }

  setClosing(left: number): void {
    const { page, sentence, menu } = this.#settings.texts()
    this.#pages.set(
      '/closing',
      renderNotice({
        language: this.#settings.language,
        title: page.closingTitle,
        sections: [
          { head: null, text: sentence.closing(left) },
          { head: null, text: page.closingWhat },
        ],
        actions: [{ action: 'quit-now', label: menu.quitNow }],
        refreshSeconds: 1,
      }),
    )
  }

  /** Brings the shown page to the front; false if none is shown. */
  focus(): boolean {
    return this.#window.focus()
  }

  close(): void {
    this.#window.close()
  }

  #show(
    path: string,
    title: string,
    sections: readonly { readonly head: string; readonly text: string }[],
    { retry, settings, quit, onClosed }: PageActions,
  ): void {
    const { page } = this.#settings.texts()
    const choices = [
      { action: 'retry', label: page.retry, run: retry },
      ...(settings === null ? [] : [{ action: 'settings', label: page.settings, run: settings }]),
      { action: 'log', label: page.folder, run: () => void shell.openPath(this.#logFolder) },
      { action: 'quit', label: page.quit, run: quit },
    ]
    const actions = choices.map(({ action, label }) => ({ action, label }))
    this.#pages.set(
      path,
      renderNotice({ language: this.#settings.language, title, sections, actions, refreshSeconds: null }),
    )
    this.#window.show(
      path.slice(1),
      (action) => {
        if (action === 'retry' || action === 'settings') this.#window.close()
        choices.find((choice) => choice.action === action)?.run()
      },
      onClosed,
    )
  }
}
