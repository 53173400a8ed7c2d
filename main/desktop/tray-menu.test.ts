import { describe, expect, it } from 'vitest'
import { summarise } from '../../shared/summary.ts'
import { statusWith } from './status.fixture.ts'
import { desktopLanguage, textsOf } from './texts.ts'
import { type TrayModel, trayMenu, traySentence } from './tray-menu.ts'

const en = textsOf('en')
const de = textsOf('de')
const model = (given: Partial<TrayModel>): TrayModel => {
  const status = given.status === undefined ? statusWith({}) : given.status
  const summary = status === null ? null : summarise(status)
  return { shown: 'idle', summary, failed: false, closing: null, update: null, ...given, status }
}
const labels = (given: Partial<TrayModel>, texts = en): string[] =>
  trayMenu(model(given), texts).map((entry) => (entry.action === null ? '—' : entry.label))
const entry = (given: Partial<TrayModel>, action: string) =>
  trayMenu(model(given), en).find((candidate) => candidate.action === action)

describe('trayMenu', () => {
  it('offers everything there is to do, in both languages', () => {
    expect(labels({})).toEqual([
      'Up to date. 39,057 scenes in sync with Plex',
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
      'Auf dem neuesten Stand. 39.057 Szenen sind mit Plex abgeglichen',
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
    const status = statusWith({ state: 'setup', setup_finished: false })
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
    const since = new Date().toISOString()
    const waiting_for = { code: 'server_down', values: { server: 'stash', kept: 212 }, since, text: '' } as const
    expect(say({ shown: 'waiting', status: statusWith({ state: 'waiting', waiting_for, queue }) })).toBe(
      `Waiting for Stash since ${en.times.at(since)}. 212 changes are kept and will follow`,
    )
    expect(say({ shown: 'needs_you', status: statusWith({ state: 'needs_you', dead_letters: 1 }) })).toBe(
      '1 scene needs attention',
    )
    expect(say({ shown: 'stopped', status: statusWith({ paused: true, state: 'paused' }) })).toMatch(/^Paused/)
    expect(say({ shown: 'stopped', status: null })).toBe('Starting')
    expect(say({ shown: 'stopped', status: null, failed: true })).toBe('Stopped')
  })

  it('says that the setup is not finished, and how many changes it keeps', () => {
    const kept = { ready: 3, delayed: 0, in_progress: 0 }
    const status = statusWith({ state: 'setup', setup_finished: false, queue: kept })
    expect(say({ shown: 'waiting', status })).toBe('Setup not finished: 3 changes are kept')
    expect(traySentence(model({ shown: 'waiting', status }), de)).toBe(
      'Einrichtung nicht abgeschlossen: 3 Änderungen sind vorgemerkt',
    )
  })

  it('leaves out what changes by the minute', () => {
    const status = statusWith({ last_synced_at: new Date().toISOString() })
    expect(say({ status })).toBe('Up to date. 39,057 scenes in sync with Plex')
  })
})

describe('desktopLanguage', () => {
  it('follows the setting, then the system, then English', () => {
    expect(desktopLanguage('de', ['en-GB'])).toBe('de')
    expect(desktopLanguage('system', ['fr-FR', 'de-AT', 'en'])).toBe('de')
    expect(desktopLanguage('system', ['ja'])).toBe('en')
  })
})
