import { describe, expect, it } from 'vitest'
import type { Status } from '../../shared/contract.ts'
import { Format } from '../i18n/format.ts'
import { en } from '../i18n/messages.en.ts'
import { stateSentence } from './state-sentence.ts'

const now = Date.UTC(2026, 0, 30, 14, 30)
const server = { configured: true, reachable: true, version: '1', auth_refused: false }
const idle: Status = {
  version: '1.0.0',
  running: true,
  pid: 1,
  state: 'idle',
  paused: false,
  queue: { ready: 0, delayed: 0, in_progress: 0 },
  dead_letters: 0,
  needs_you: 0,
  circuit: { plex: 'closed', stash: 'closed' },
  waiting_for: null,
  plex: server,
  stash: server,
  index: { items: 1, refreshed_at: null },
  synced_scenes: 39_057,
  last_synced_at: new Date(now - 120_000).toISOString(),
  per_minute: 0,
  webhook_url: null,
  last_event_at: null,
}
const say = (more: Partial<Status>) => stateSentence({ ...idle, ...more }, en, new Format('en', en), now)
const queue = { ready: 3, delayed: 200, in_progress: 9 }

describe('stateSentence', () => {
  it('says that all is well', () => {
    expect(say({})).toBe('Up to date. 39,057 scenes in step with Plex. Last change 2 minutes ago.')
    expect(say({ synced_scenes: 0, last_synced_at: null })).toBe('Ready. Changes in Stash follow by themselves.')
  })

  it('says what is waited for, and that nothing is lost', () => {
    const since = new Date(now - 1_680_000)
    const shown = new Format('en', en).since(since.getTime(), now)
    expect(say({ waiting_for: { server: 'plex', since: since.toISOString() }, queue })).toBe(
      `Waiting for Plex since ${shown}. 212 changes are kept and will follow.`,
    )
    expect(say({ stash: { ...server, auth_refused: true }, queue })).toBe(
      'Stash refuses the token. Everything for Stash is paused and kept.',
    )
    expect(say({ paused: true, queue })).toBe('Paused. 212 changes are kept until you resume.')
  })

  it('names people first, and never says up to date beside it', () => {
    expect(say({ dead_letters: 3 })).toBe('3 scenes need you. Last change 2 minutes ago.')
    expect(say({ dead_letters: 1, queue, per_minute: 184.4 })).toBe(
      '1 scene needs you. Writing 12 changes to Plex, 184 per minute.',
    )
  })

  it('says what comes before everything else', () => {
    expect(say({ running: false })).toMatch(/^PlexSync is not running/)
    expect(say({ plex: { ...server, configured: false }, running: false })).toMatch(/^Not set up yet/)
  })
})
