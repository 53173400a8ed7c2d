import type { SettingValue } from '../../../shared/settings.ts'
import type { Messages } from '../../i18n/messages.en.ts'

/** A value as people read it: on or off, the choice's word, or "empty". */
export function shownValue(t: Messages, value: SettingValue): string {
  if (value === true) return t.settings.on
  if (value === false) return t.settings.off
  if (value === '') return t.settings.empty
  const choices: Readonly<Record<string, string>> = t.settings.choices
  return choices[String(value)] ?? String(value)
}
