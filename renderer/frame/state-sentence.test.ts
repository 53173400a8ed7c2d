import { describe, expect, it } from 'vitest'
import type { Status } from '../../shared/contract.ts'
import { Format } from '../i18n/format.ts'
import { en } from '../i18n/messages.en.ts'
import { stateSentence } from './state-sentence.ts'

const now = Date.UTC(2026, 0, 30, 14, 30)
const server = { configured: true, reachable: true, version: '1', auth_refused: false, latency_ms: 4 }
const idle: Status = {
  version: '1.0.0',
  running: true,
  pid: 1,
  state: 'idle',
  paused: false,
  enabled: true,
  setup_finished: true,
  health: { ok: true, warnings: 0, errors: 0 },
  queue: { ready: 0, delayed: 0, in_progress: 0 },
  dead_letters: 0,
  needs_you: 0,
  circuit: { plex: 'closed', stash: 'closed' },
  waiting_for: null,
  plex: { ...server, can_write: true },
  stash: { ...server, state: 'ok' },
  index: { items: 1, refreshed_at: null },
  synced_scenes: 39_057,
  pending_rewrite: 0,
  unknown_libraries: [],
  last_synced_at: new Date(now - 120_000).toISOString(),
  per_minute: 0,
  webhook_url: null,
  last_event_at: null,
}
const say = (more: Partial<Status>) => stateSentence({ ...idle, ...more }, 'en', new Format('en', en), now)
const queue = { ready: 3, delayed: 200, in_progress: 9 }

describe('stateSentence', () => {
  it('shows times as the window does', () => {
    const since = new Date(now - 1_680_000)
    const shown = new Format('en', en).since(since.getTime(), now)
    expect(say({})).toBe('Up to date. 39,057 scenes in sync with Plex. Last change 2 minutes ago.')
    const values = { server: 'plex', kept: 212 } as const
    expect(say({ waiting_for: { code: 'server_down', values, since: since.toISOString(), text: '' }, queue })).toBe(
      `Waiting for Plex since ${shown}. 212 changes are kept and will follow.`,
    )
  })

  it('says that the setup is not finished, and how much it keeps', () => {
    const waiting_for = { code: 'setup', values: { kept: 3 }, since: '', text: '' } as const
    const kept = { ready: 3, delayed: 0, in_progress: 0 }
    expect(say({ setup_finished: false, waiting_for, queue: kept })).toBe('Setup not finished: 3 changes are kept.')
  })
})
