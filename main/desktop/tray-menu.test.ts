import { describe, expect, it } from 'vitest'
import { summarise } from '../../shared/summary.ts'
import { statusWith } from './status.fixture.ts'
import { desktopLanguage, textsOf } from './texts.ts'
import { noDetails, type TrayModel, trayMenu, traySentence } from './tray-menu.ts'

const en = textsOf('en')
const de = textsOf('de')
const model = (given: Partial<TrayModel>): TrayModel => {
  const status = given.status === undefined ? statusWith({}) : given.status
  const summary = status === null ? null : summarise(status)
  return { shown: 'idle', summary, failed: false, closing: null, update: null, details: noDetails, ...given, status }
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
      '—',
      'Nothing needs attention',
      '—',
      'Quit PlexSync',
    ])
    expect(labels({}, de)).toEqual([
      'Auf dem neuesten Stand. 39.057 Szenen sind mit Plex synchron',
      '—',
      'PlexSync öffnen',
      'Pausieren',
      'Letzte Änderungen synchronisieren',
      'Jetzt abgleichen',
      '—',
      'Nichts zu klären',
      '—',
      'PlexSync beenden',
    ])
  })

  it('counts what needs the user and lets it be opened', () => {
    const status = statusWith({ state: 'needs_you', dead_letters: 14 })
    expect(entry({ status }, 'needs_you')).toEqual({
      action: 'needs_you',
      label: 'Needs attention (14)',
      enabled: true,
    })
    expect(entry({}, 'needs_you')).toMatchObject({ enabled: false })
  })

  it('shows the causes of what needs attention with counts, each leading to its list', () => {
    const details = {
      ...noDetails,
      causes: [
        { code: 'low_confidence', count: 1_200 },
        { code: 'no_file_path', count: 2 },
      ] as const,
    }
    const status = statusWith({ state: 'needs_you', dead_letters: 1_202 })
    const views = trayMenu(model({ status, details }), en).flatMap((one) => (one.action === 'view' ? [one] : []))
    expect(views).toEqual([
      {
        action: 'view',
        view: '/needs-you?cause=low_confidence',
        label: `    ${en.errors.low_confidence.title} (1,200)`,
      },
      { action: 'view', view: '/needs-you?cause=no_file_path', label: `    ${en.errors.no_file_path.title} (2)` },
    ])
    expect(labels({ status, details }, de)).toContain(`    ${de.errors.no_file_path.title} (2)`)
    expect(labels({ details })).toEqual(labels({}))
  })

  it('shows the last three changes, each leading to its scene', () => {
    const at = new Date().toISOString()
    const change = (sceneId: string, title: string) => ({ sceneId, title, at })
    const changes = [change('7', 'Amber Harbour'), change('8', ''), change('9', 'A'.repeat(80)), change('10', 'Late')]
    const shown = trayMenu(model({ details: { ...noDetails, changes } }), en)
    const views = shown.flatMap((one) => (one.action === 'view' ? [one] : []))
    const time = en.times.at(at)
    expect(views.map(({ label }) => label)).toEqual([
      `Amber Harbour, ${time}`,
      `Scene 8, ${time}`,
      `${'A'.repeat(47)}…, ${time}`,
    ])
    expect(views[0]?.view).toBe('/activity?open=7')
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

  it('only lets the user stop waiting while it ends', () => {
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
