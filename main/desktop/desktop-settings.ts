/** The settings that the desktop shell itself follows: theme, language, start at login. */

import { homedir } from 'node:os'
import { app, nativeTheme } from 'electron'
import { textOf } from '../../shared/result.ts'
import type { Settings } from '../../shared/settings.ts'
import type { Logger } from '../engine/ports.ts'
import { setAutostart } from './autostart.ts'
import { desktopLines } from './desktop-log.ts'
import { type DesktopTexts, desktopLanguage, type Language, textsOf } from './texts.ts'

export class DesktopSettings {
  readonly #dataFolder: string | null
  #language: Language
  #texts: DesktopTexts

  /** `dataFolder`: as this start was given it; null for the usual one. */
  constructor(dataFolder: string | null) {
    this.#dataFolder = dataFolder
    this.#language = desktopLanguage('system', app.getPreferredSystemLanguages())
    this.#texts = textsOf(this.#language)
  }

  get language(): Language {
    return this.#language
  }

  readonly texts = (): DesktopTexts => this.#texts

  /** Takes over what is set now. */
  apply(settings: Pick<Settings, 'theme' | 'language' | 'start_at_login'>, logger: Logger): void {
    nativeTheme.themeSource = settings.theme
    this.#language = desktopLanguage(settings.language, app.getPreferredSystemLanguages())
    this.#texts = textsOf(this.#language)
    try {
      setAutostart(settings.start_at_login, {
        app,
        platform: process.platform,
        environment: process.env,
        execPath: process.execPath,
        home: homedir(),
        dataFolder: this.#dataFolder,
      })
    } catch (problem) {
      logger.log(...desktopLines.noStartAtLogin({ problem: textOf(problem) }))
    }
  }
}
