import type { SettingRow } from '../../../shared/contract.ts'
import {
  definitionOf,
  isSettingName,
  type SettingGroup,
  type SettingName,
  settingGroups,
} from '../../../shared/settings.ts'
import type { SettingText } from '../../i18n/setting-texts.ts'

export interface ShownSetting {
  readonly name: SettingName
  readonly row: SettingRow
  readonly text: SettingText
}

export interface ShownGroup {
  readonly group: SettingGroup
  readonly settings: readonly ShownSetting[]
}

/** The settings by group in the table's order; every word of the search must be in name, label or help. */
export function findSettings(
  rows: readonly SettingRow[],
  textOf: (name: string) => SettingText,
  search: { readonly text: string; readonly onlyChanged: boolean },
): ShownGroup[] {
  const words = search.text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  const shown = rows.flatMap((row): ShownSetting[] => {
    if (!isSettingName(row.name) || (search.onlyChanged && !row.changed)) return []
    const text = textOf(row.name)
    const searched = `${row.name} ${text.label} ${text.help} ${text.when}`.toLowerCase()
    return words.every((word) => searched.includes(word)) ? [{ name: row.name, row, text }] : []
  })
  return settingGroups
    .map((group) => ({ group, settings: shown.filter(({ name }) => definitionOf(name).group === group) }))
    .filter(({ settings }) => settings.length > 0)
}
