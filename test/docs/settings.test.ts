import { describe, expect, it } from 'vitest'
import { readMigrations } from '../../main/engine/database/migrate.ts'
import { otherVariables } from '../../main/engine/settings/environment.ts'
import { errorCodes } from '../../shared/errors.ts'
import { definitionOf, envNameOf, isSettingName, settingNames } from '../../shared/settings.ts'
import { inlineCode, placeOf, readPages, readText } from './pages.ts'

const pages = readPages()

/** Words of the same form that are no settings: of the code, of the two servers, of the JSON that commands print. */
const otherWords: readonly RegExp[] = [
  ...errorCodes.map((code) => new RegExp(`^${code}$`)),
  ...readMigrations()
    .flatMap(({ sql }) => [...sql.matchAll(/CREATE TABLE (\w+)/g)].map(([, table = '']) => table))
    .map((table) => new RegExp(`^${table}$`)),
  ...settingNames
    .map(definitionOf)
    .flatMap((setting) => (setting.kind === 'choice' ? setting.choices : []))
    .map((choice) => new RegExp(`^${choice}$`)),
  /^PLEX_URL|^PLEX_TOKEN|^PLEX_LIBRARY|^STASH_/,
  ...settingNames
    .map(definitionOf)
    .flatMap((definition) => (definition.kind === 'choice' ? definition.choices : []))
    .map((choice) => new RegExp(`^${choice}$`)),
]

/** Of the long forms of the tests, in reliability.md. */
const ofTests = [
  'PLEXSYNC_CRASHES',
  'PLEXSYNC_TORN_CUTS',
  'PLEXSYNC_SOAK_DAYS',
  'PLEXSYNC_SEED',
  ...['', '_KEY', '_MEDIA'].map((end) => `PLEXSYNC_TEST_STASH${end}`),
  ...['', '_TOKEN', '_LIBRARY'].map((end) => `PLEXSYNC_TEST_PLEX${end}`),
  'PLEXSYNC_TEST_IMAGE',
  'PLEXSYNC_TEST_CONTAINERS',
]

describe('settings in the documents', () => {
  it('exist', () => {
    const named = pages
      .flatMap(inlineCode)
      .filter(({ text }) => /^[a-z]+(?:_[a-z0-9]+)+$/.test(text))
      .filter(({ text }) => !otherWords.some((pattern) => pattern.test(text)))
    expect(named.length).toBeGreaterThan(50)
    expect(named.filter(({ text }) => !isSettingName(text)).map(placeOf)).toEqual([])
  })

  it('exist where an issue names its setting', () => {
    const lines = readText('docs/troubleshoot.md')
      .split('\n')
      .filter((line) => line.startsWith('- **Setting**'))
    expect(lines).toHaveLength(14)
    const named = lines.flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
    const unknown = named.filter((name) => !isSettingName(name) && !/^(--data-dir|PLEXSYNC_DATA_DIR)$/.test(name))
    expect(unknown).toEqual([])
  })

  it('have variables that exist', () => {
    const known = new Set([...settingNames.map(envNameOf), ...otherVariables.map(({ name }) => name), ...ofTests])
    const named = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\bPLEXSYNC_[A-Z_]*[A-Z]\b/g)].map(([name]) => ({ path, name })),
    )
    expect(named.filter(({ name }) => !known.has(name))).toEqual([])
  })

  it('are all in config.md, once', () => {
    const headings = [...readText('docs/config.md').matchAll(/^### (\w+)$/gm)].map(([, name = '']) => name)
    expect(headings.filter(isSettingName).sort()).toEqual([...settingNames].sort())
  })
})
