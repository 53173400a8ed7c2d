import { describe, expect, it } from 'vitest'
import { statusWith } from './status.fixture.ts'
import { desktopLanguage, textsOf } from './texts.ts'
import { type TrayModel, trayMenu, traySentence } from './tray-menu.ts'

const en = textsOf('en')
const de = textsOf('de')
const model = (given: Partial<TrayModel>): TrayModel => ({
  shown: 'idle',
  status: statusWith({}),
  failed: false,
  closing: null,
  update: null,
  ...given,
})
const labels = (given: Partial<TrayModel>, texts = en): string[] =>
  trayMenu(model(given), texts).map((entry) => (entry.action === null ? '—' : entry.label))
const entry = (given: Partial<TrayModel>, action: string) =>
  trayMenu(model(given), en).find((candidate) => candidate.action === action)

describe('trayMenu', () => {
  it('offers everything there is to do, in both languages', () => {
    expect(labels({})).toEqual([
      'Up to date. 39,057 scenes in step with Plex',
      '—',
      'Open PlexSync',
      'Pause',
      'Sync recent changes',
      'Reconcile now',
      'Nothing needs you',
      '—',
      'Quit PlexSync',
    ])
    expect(labels({}, de)).toEqual([
      'Auf dem neuesten Stand. 39.057 Szenen im Gleichschritt mit Plex',
      '—',
      'PlexSync öffnen',
      'Pausieren',
      'Letzte Änderungen übertragen',
      'Jetzt abgleichen',
      'Nichts braucht dich',
      '—',
      'PlexSync beenden',
    ])
  })

  it('counts what needs a person and lets it be opened', () => {
    const status = statusWith({ state: 'needs_you', dead_letters: 14 })
    expect(entry({ status }, 'needs_you')).toEqual({ action: 'needs_you', label: 'What needs you (14)', enabled: true })
    expect(entry({}, 'needs_you')).toMatchObject({ enabled: false })
  })

  it('turns pause into resume', () => {
    const status = statusWith({ paused: true, state: 'stopped' })
    expect(entry({ status }, 'resume')).toMatchObject({ label: 'Resume', enabled: true })
    expect(entry({ status }, 'pause')).toBeUndefined()
  })

  it('cannot sync before the setup', () => {
    const status = statusWith({ plex: { ...statusWith({}).plex, configured: false } })
    expect(entry({ status }, 'sync_recent')).toMatchObject({ enabled: false })
    expect(entry({ status }, 'open')).toMatchObject({ enabled: true })
  })

  it('shows an update and how far it has loaded', () => {
    expect(entry({ update: { version: '1.1.0', percent: null } }, 'update')).toMatchObject({
      label: 'Install version 1.1.0',
      enabled: true,
    })
    expect(entry({ update: { version: '1.1.0', percent: 40 } }, 'update')).toMatchObject({ enabled: false })
  })

  it('only lets a person stop waiting while it ends', () => {
    expect(labels({ closing: 3 })).toEqual(['Closing: 3 changes are still being written', '—', 'Quit without waiting'])
  })
})

describe('traySentence', () => {
  const say = (given: Partial<TrayModel>): string => traySentence(model(given), en)
  const queue = { ready: 200, delayed: 10, in_progress: 2 }

  it('says what each state means, with counts', () => {
    expect(say({ shown: 'working', status: statusWith({ state: 'working', queue }) })).toBe(
      'Writing 202 changes to Plex',
    )
    const waiting_for = { server: 'stash', since: '' } as const
    expect(say({ shown: 'waiting', status: statusWith({ state: 'waiting', waiting_for, queue }) })).toBe(
      'Waiting for Stash. 212 changes are kept',
    )
    expect(say({ shown: 'needs_you', status: statusWith({ state: 'needs_you', dead_letters: 1 }) })).toBe(
      '1 scene needs you',
    )
    expect(say({ shown: 'stopped', status: statusWith({ paused: true, state: 'stopped' }) })).toBe('Paused')
    expect(say({ shown: 'stopped', status: null })).toBe('Starting')
    expect(say({ shown: 'stopped', status: null, failed: true })).toBe('Stopped')
  })

  it('names a refused token', () => {
    const status = statusWith({ state: 'waiting', stash: { ...statusWith({}).stash, auth_refused: true } })
    expect(say({ shown: 'needs_you', status })).toBe('Stash refuses the key. Changes are kept')
  })
})

describe('desktopLanguage', () => {
  it('follows the setting, then the system, then English', () => {
    expect(desktopLanguage('de', ['en-GB'])).toBe('de')
    expect(desktopLanguage('system', ['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(desktopLanguage('system', ['ja'])).toBe('en')
  })
})
