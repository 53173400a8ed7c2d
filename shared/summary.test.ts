import { describe, expect, it } from 'vitest'
import { type StatusFacts, stateOf, summarise, waitingCause } from './summary.ts'
import { plainTimes, type SummaryLanguage, summarySentence, waitingText } from './summary-texts.ts'
import { statusStates } from './waiting.ts'

const idle: StatusFacts = {
  running: true,
  paused: false,
  enabled: true,
  setup_finished: true,
  queue: { ready: 0, delayed: 0, in_progress: 0 },
  dead_letters: 0,
  synced_scenes: 39_057,
  last_synced_at: null,
  per_minute: 0,
  waiting_for: null,
}
const since = '2026-01-30T14:02:00.000Z'
const down = { code: 'server_down', values: { server: 'plex', kept: 212 }, since } as const
const refused = { code: 'token_refused', values: { server: 'stash', kept: 0 }, since } as const
const queue = { ready: 3, delayed: 200, in_progress: 9 }
const say = (facts: Partial<StatusFacts>, language: SummaryLanguage = 'en'): string =>
  summarySentence(summarise({ ...idle, ...facts }).parts, language, plainTimes)

describe('stateOf', () => {
  it('takes the first state that holds', () => {
    const everything: StatusFacts = {
      ...idle,
      running: false,
      setup_finished: false,
      paused: true,
      waiting_for: down,
      dead_letters: 1,
      queue,
    }
    const cures: Partial<StatusFacts>[] = [
      {},
      { running: true },
      { setup_finished: true },
      { paused: false },
      { waiting_for: null },
      { dead_letters: 0 },
      { queue: idle.queue },
    ]
    let facts = everything
    const states = cures.map((cure) => {
      facts = { ...facts, ...cure }
      return stateOf(facts)
    })
    expect(states).toEqual(statusStates)
  })

  it('is stopped while the setting enabled is off', () => {
    expect(stateOf({ ...idle, enabled: false, setup_finished: false })).toBe('stopped')
  })
})

describe('summarise', () => {
  it('says each state in a sentence, with counts, in both languages', () => {
    const states = {
      setup: { setup_finished: false, queue: { ready: 2, delayed: 1, in_progress: 0 } },
      paused: { paused: true, queue },
      waiting: { waiting_for: down, queue },
      refused: { waiting_for: refused },
      needs_you: { dead_letters: 1, queue, per_minute: 184.4 },
      working: { queue },
      idle: { last_synced_at: since },
      fresh: { synced_scenes: 0 },
    } satisfies Record<string, Partial<StatusFacts>>
    expect(Object.values(states).map((facts) => say(facts))).toEqual([
      'Setup not finished: 3 changes are kept.',
      'Paused. 212 changes are kept until you resume.',
      `Waiting for Plex since ${since}. 212 changes are kept and will follow.`,
      'Stash refuses the API key.',
      '1 scene needs attention. Writing 12 changes to Plex, 184 per minute.',
      'Writing 12 changes to Plex.',
      `Up to date. 39,057 scenes in sync with Plex. Last change at ${since}.`,
      'Up to date. Changes in Stash follow automatically.',
    ])
    for (const facts of Object.values(states)) expect(say(facts, 'de')).not.toBe(say(facts))
    expect(say(states.setup, 'de')).toBe('Einrichtung nicht abgeschlossen: 3 Änderungen sind vorgemerkt.')
  })

  it('never says up to date while changes wait', () => {
    expect(say({ queue: { ready: 0, delayed: 3, in_progress: 0 } })).toBe('3 changes scheduled.')
    expect(say({ dead_letters: 3 })).toBe('3 scenes need attention.')
  })

  it('leads to the view with the cause, and looks like one of five', () => {
    const seen = (facts: Partial<StatusFacts>): string[] => {
      const { look, view } = summarise({ ...idle, ...facts })
      return [look, view]
    }
    expect(seen({ running: false })).toEqual(['stopped', '/overview'])
    expect(seen({ enabled: false })).toEqual(['stopped', '/settings'])
    expect(seen({ setup_finished: false })).toEqual(['waiting', '/setup'])
    expect(seen({ paused: true })).toEqual(['stopped', '/overview'])
    expect(seen({ waiting_for: down })).toEqual(['waiting', '/health'])
    // As in the tray: nothing but a new token helps.
    expect(seen({ waiting_for: refused })).toEqual(['needs_you', '/settings'])
    expect(seen({ dead_letters: 1 })).toEqual(['needs_you', '/needs-you'])
    expect(seen({ queue })).toEqual(['working', '/activity'])
    expect(seen({})).toEqual(['idle', '/overview'])
  })
})

describe('calmLook', () => {
  it('is what a state that needs the user looks like before it turns red', () => {
    const calm = (facts: Partial<StatusFacts>): string => summarise({ ...idle, ...facts }).calmLook
    expect([calm({ dead_letters: 1 }), calm({ dead_letters: 1, queue })]).toEqual(['idle', 'working'])
    expect([calm({ waiting_for: refused }), calm({ waiting_for: down })]).toEqual(['waiting', 'waiting'])
    expect([calm({ paused: true }), calm({})]).toEqual(['stopped', 'idle'])
  })
})

describe('waitingCause', () => {
  const quiet = { refused: false, since: null }
  const finished = { setup_finished: true, queue }

  it('is the setup before any server', () => {
    const cause = waitingCause({ setup_finished: false, queue }, since, {
      plex: { refused: true, since },
      stash: quiet,
    })
    expect(cause).toEqual({ code: 'setup', values: { kept: 212 }, since })
    expect(cause && waitingText(cause)).toBe('Setup not finished: 212 changes are kept')
  })

  it('is the keyring before any server', () => {
    const servers = { plex: { refused: true, since }, stash: quiet }
    const cause = waitingCause(finished, since, servers, since)
    expect(cause).toEqual({ code: 'keyring', values: { kept: 212 }, since })
    expect(cause && waitingText(cause)).toBe('Waiting for you to unlock the keyring')
  })

  it('names a refused token before a server that is down', () => {
    const servers = { plex: { refused: false, since }, stash: { refused: true, since } }
    expect(waitingCause(finished, since, servers)).toMatchObject({ code: 'token_refused', values: { server: 'stash' } })
    expect(waitingCause(finished, since, { ...servers, stash: quiet })).toMatchObject({ code: 'server_down' })
    expect(waitingCause(finished, since, { plex: quiet, stash: quiet })).toBeNull()
  })

  it.each(['stash_migration', 'no_library', 'server_busy'] as const)('of a server held with %s', (held) => {
    const servers = { plex: quiet, stash: { refused: false, held, since } }
    const cause = waitingCause(finished, since, servers)
    const code = held === 'server_busy' ? 'server_down' : held
    expect(cause).toMatchObject({ code, since })
    expect(cause && 'server' in cause.values).toBe(held !== 'stash_migration')
  })
})
