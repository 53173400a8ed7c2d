import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { definitionOf, envNameOf, settingNames } from '../../../shared/settings.ts'
import { settingsMarkdown } from './settings-doc.ts'

const file = fileURLToPath(new URL('../../../docs/config.md', import.meta.url))

describe('docs/config.md', () => {
  it('is what the settings table says (UPDATE_DOCS=1 writes it again)', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(file, settingsMarkdown())
    // A checkout on Windows may have other line ends.
    expect(readFileSync(file, 'utf8').replaceAll('\r\n', '\n')).toBe(settingsMarkdown())
  })

  it('has a section with help and variable for every setting', () => {
    const text = settingsMarkdown()
    for (const name of settingNames) {
      const section = text.split(`\n### ${name}\n`)[1]?.split('\n#')[0] ?? ''
      expect(section, name).toContain(definitionOf(name).help)
      expect(section, name).toContain(definitionOf(name).when)
      expect(section, name).toContain(`\`${envNameOf(name)}\``)
    }
  })

  it('has no broken table', () => {
    const rows = settingsMarkdown()
      .split('\n')
      .filter((line) => line.startsWith('|'))
    for (const row of rows) expect([3, 4], row).toContain(row.split('|').length - 1)
  })
})
