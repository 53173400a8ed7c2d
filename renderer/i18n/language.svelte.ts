import type { ErrorText, ErrorTexts } from '../../shared/error-texts.ts'
import { type ErrorCode, errors } from '../../shared/errors.ts'
import { isSettingName, type SettingName } from '../../shared/settings.ts'
import { Format } from './format.ts'
import { en, type Messages } from './messages.en.ts'
import { englishSettingTexts, type SettingText } from './setting-texts.ts'

const languages = ['en', 'de'] as const
export type LanguageName = (typeof languages)[number]

interface Catalogue {
  readonly name: LanguageName
  readonly messages: Messages
  readonly errors: ErrorTexts
  readonly settings: ReadonlyMap<SettingName, SettingText>
}

const english: Catalogue = { name: 'en', messages: en, errors, settings: englishSettingTexts() }

/** The language wished for in the settings, else the first of the system's that we speak. */
export function chooseLanguage(wish: string, system: readonly string[]): LanguageName {
  const known = [wish, ...(wish === 'en' || wish === 'de' ? [] : system)].map((tag) => tag.slice(0, 2).toLowerCase())
  return known.map((tag) => languages.find((name) => name === tag)).find((name) => name !== undefined) ?? 'en'
}

/** The language of the window. German is loaded only if it is wanted. */
export class Language {
  #catalogue = $state.raw<Catalogue>(english)
  #format = $derived(new Format(this.#catalogue.name, this.#catalogue.messages))

  get name(): LanguageName {
    return this.#catalogue.name
  }

  get messages(): Messages {
    return this.#catalogue.messages
  }

  get format(): Format {
    return this.#format
  }

  error(code: ErrorCode): ErrorText {
    return this.#catalogue.errors[code]
  }

  /** Names that this window does not know yet show themselves. */
  setting(name: string): SettingText {
    const text = isSettingName(name) ? this.#catalogue.settings.get(name) : undefined
    return text ?? { label: name, help: '', when: '' }
  }

  async use(name: LanguageName): Promise<void> {
    if (name === this.#catalogue.name) return
    this.#catalogue = name === 'en' ? english : (await import('./german.ts')).german
  }
}
