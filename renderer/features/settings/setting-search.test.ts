import { describe, expect, it } from 'vitest'
import type { SettingRow } from '../../../shared/contract.ts'
import { defaultSettings, settingNames } from '../../../shared/settings.ts'
import { englishSettingTexts } from '../../i18n/setting-texts.ts'
import { findSettings } from './setting-search.ts'

const texts = englishSettingTexts()
const textOf = (name: string) =>
  [...texts].find(([known]) => known === name)?.[1] ?? { label: name, help: '', when: '' }
const defaults = defaultSettings()
const rows: SettingRow[] = settingNames.map((name) => ({
  name,
  value: defaults[name],
  default: defaults[name],
  changed: name === 'max_tags',
  source: 'default',
}))
const namesOf = (text: string, onlyChanged = false) =>
  findSettings(rows, textOf, { text, onlyChanged }).flatMap(({ settings }) => settings.map(({ name }) => name))

describe('findSettings', () => {
  it('shows every setting of the table without a search', () => {
    expect(namesOf('').toSorted()).toEqual(settingNames.toSorted())
  })

  it('finds by name, label and help, every word', () => {
    expect(namesOf('strict_matching')).toEqual(['strict_matching'])
    expect(namesOf('QUIET burst')).toEqual(['quiet_time'])
    expect(namesOf('no such thing')).toEqual([])
  })

  it('can show the changed ones only', () => {
    expect(namesOf('', true)).toEqual(['max_tags'])
  })
})
