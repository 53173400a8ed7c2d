import type { Status } from '../../shared/contract.ts'

const server = { configured: true, reachable: true, version: '1.0', auth_refused: false, latency_ms: 4 }

/** A status at rest, except for what is given. */
export function statusWith(given: Partial<Status>): Status {
  return {
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
    plex: { ...server, can_write: null },
    stash: { ...server, state: 'ok' },
    index: { items: 0, refreshed_at: null },
    synced_scenes: 39_057,
    pending_rewrite: 0,
    unknown_libraries: [],
    last_synced_at: null,
    per_minute: 0,
    webhook_url: null,
    last_event_at: null,
    ...given,
  }
}
