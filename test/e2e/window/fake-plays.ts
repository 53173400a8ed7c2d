/** What came back from Plex, as the fake engine shows it: invented films of the same household. */
import type { PlayReason, PlayRow, PlayState, PlaysStatus, PullReport } from '../../../shared/plays.ts'
import { iso, titleOf } from './fake-data.ts'

const hour = 3_600_000
const outcomes: readonly (readonly [PlayState, PlayReason | null])[] = [
  ['applied', null],
  ['applied', null],
  ['skipped', 'duplicate'],
  ['applied', null],
  ['parked', 'no_scene'],
  ['skipped', 'already_in_stash'],
  ['undone', null],
  ['failed', 'refused'],
  ['skipped', 'other_account'],
  ['skipped', 'ambiguous'],
  ['parked', 'unsure_match'],
  ['skipped', 'baseline'],
]

export function playRow(index: number, now: number): PlayRow {
  const [state, reason] = outcomes[index % outcomes.length] ?? ['seen', null]
  const at = now - index * 7 * hour
  const hasScene = state !== 'parked' && reason !== 'ambiguous' && reason !== 'baseline'
  const written = state === 'applied' || state === 'undone'
  return {
    run: written ? 3 - Math.min(2, Math.floor(index / 6)) : null,
    viewed_at: iso(at),
    account: reason === 'other_account' ? 'Guest' : 'Owner',
    scene_id: hasScene ? String(400 + index) : null,
    rating_key: String(9000 + index),
    title: titleOf(400 + index),
    source: index % 9 === 3 ? 'hand_mark' : 'history',
    state,
    reason,
    stash_time: written ? iso(at) : null,
    stash_url: hasScene ? `http://localhost:9999/scenes/${400 + index}` : null,
    plex_url: 'http://192.168.1.10:32400/web/index.html',
  }
}

export function pullReport(more: Partial<PullReport> = {}): PullReport {
  return {
    seen: 19,
    applied: 14,
    parked: 2,
    failed: 0,
    skipped: { baseline: 0, duplicate: 2, already_in_stash: 1, ambiguous: 0, other_account: 0 },
    resume: { applied: 3, skipped: 1, failed: 0 },
    ratings: { applied: 1, skipped: 0, failed: 0 },
    runs: [3],
    scenes: 9,
    from_day: null,
    sample: [],
    ...more,
  }
}

export function playsStatus(on: boolean, rows: number, now: number, more: Partial<PlaysStatus> = {}): PlaysStatus {
  const busy = rows > 0
  return {
    on,
    pulling: false,
    pulled_at: busy ? iso(now - 4 * 60_000) : null,
    next_at: on ? iso(now + 11 * 60_000) : null,
    last: busy ? pullReport() : null,
    problem: null,
    notices: [],
    counts: {
      applied: Math.ceil(rows / 4),
      parked: Math.ceil(rows / 6),
      failed: Math.ceil(rows / 12),
      undone: Math.ceil(rows / 12),
      skipped: {
        baseline: Math.ceil(rows / 12),
        duplicate: Math.ceil(rows / 12),
        already_in_stash: Math.ceil(rows / 12),
        ambiguous: Math.ceil(rows / 12),
        other_account: Math.ceil(rows / 12),
      },
    },
    runs: busy
      ? [
          { id: 3, started_at: iso(now - 4 * 60_000), plays: 14, scenes: 9, resume: 3, ratings: 1, undone: 0 },
          { id: 2, started_at: iso(now - 26 * hour), plays: 5, scenes: 5, resume: 0, ratings: 0, undone: 1 },
          { id: 1, started_at: iso(now - 80 * hour), plays: 2, scenes: 2, resume: 0, ratings: 0, undone: 2 },
        ]
      : [],
    ...more,
  }
}
