import { describe, expect, it } from 'vitest'
import type { NoticeContent } from '../engine/ports.ts'
import { textsOf } from './texts.ts'

type Language = 'en' | 'de'

const shown = (language: Language, notice: NoticeContent): string => {
  const { title, body } = textsOf(language).notice.ofEngine(notice)
  expect(title).not.toBe('')
  expect(body).not.toBe('')
  return title
}

describe('a notice of the engine', () => {
  it.each<[NoticeContent, string, string]>([
    [{ kind: 'dead_letters', count: 1 }, '1 scene needs attention', '1 Szene braucht deine Aufmerksamkeit'],
    [
      { kind: 'dead_letters', count: 1234 },
      '1,234 scenes need attention',
      '1.234 Szenen brauchen deine Aufmerksamkeit',
    ],
    [{ kind: 'auth', server: 'plex' }, 'Plex refuses the token', 'Plex lehnt das Token ab'],
    [{ kind: 'auth', server: 'stash' }, 'Stash refuses the API key', 'Stash lehnt den API-Schlüssel ab'],
    [
      { kind: 'outage_started', server: 'plex', minutes: 5 },
      'Plex has not answered for 5 minutes',
      'Plex antwortet seit 5 Minuten nicht',
    ],
    [
      { kind: 'outage_started', server: 'stash', minutes: 1 },
      'Stash has not answered for 1 minute',
      'Stash antwortet seit 1 Minute nicht',
    ],
    [{ kind: 'outage_ended', server: 'plex' }, 'Plex answers again', 'Plex antwortet wieder'],
    [
      { kind: 'waiting', code: 'stash_migration' },
      'Stash waits for its database migration',
      'Stash wartet auf die Migration seiner Datenbank',
    ],
  ])('%j names its server and its number', (notice, english, german) => {
    expect(shown('en', notice)).toBe(english)
    expect(shown('de', notice)).toBe(german)
  })

  it.each(['en', 'de'] as const)('about a wrong name in plex_library names it and the cure: %s', (language) => {
    const { title, body } = textsOf(language).notice.ofEngine({ kind: 'unknown_libraries', names: ['Clisp', 'Flims'] })
    expect(title).toContain('Clisp, Flims')
    expect(body).toContain('plex_library')
  })
})
