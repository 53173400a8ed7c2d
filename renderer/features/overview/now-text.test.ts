import { describe, expect, it } from 'vitest'
import { type StatusFacts, summarise } from '../../../shared/summary.ts'
import { plainTimes, summaryText } from '../../../shared/summary-texts.ts'
import { en } from '../../i18n/messages.en.ts'
import { nowText } from './now-text.ts'

const busy: StatusFacts = {
  running: true,
  paused: false,
  enabled: true,
  setup_finished: true,
  queue: { ready: 88, delayed: 0, in_progress: 2 },
  dead_letters: 0,
  synced_scenes: 40,
  last_synced_at: null,
  per_minute: 30,
  waiting_for: null,
}
const nothing = { ready: 0, delayed: 0, in_progress: 0 }
const say = (facts: Partial<StatusFacts>): string =>
  nowText(summarise({ ...busy, ...facts }), en.overview, (part) => summaryText(part, 'en', plainTimes))

describe('nowText', () => {
  it('counts what is left and estimates the time only while changes are being written', () => {
    expect(say({})).toBe('90 scenes to go. About 3 minutes left.')
    expect(say({ dead_letters: 2 })).toBe('90 scenes to go. About 3 minutes left.')
    expect(say({ per_minute: 0 })).toBe('90 scenes to go.')
  })

  it('never promises a write that cannot happen', () => {
    const down = { code: 'server_down', values: { server: 'plex', kept: 0 }, since: 'noon' } as const
    expect(say({ paused: true })).toBe('Paused. 90 changes are kept until you resume.')
    expect(say({ paused: true, queue: nothing })).toBe('Paused. Nothing is written until you resume.')
    expect(say({ enabled: false, queue: nothing })).toBe('Switched off in the settings.')
    expect(say({ setup_finished: false, queue: nothing })).toBe('Setup not finished.')
    expect(say({ waiting_for: down })).toBe('Waiting for Plex since noon. 90 changes are kept and will follow.')
  })

  it('says what is scheduled, and otherwise that there is nothing to do', () => {
    expect(say({ queue: { ...nothing, delayed: 3 } })).toBe('3 changes scheduled.')
    expect(say({ queue: nothing })).toBe(en.overview.idle)
    expect(say({ queue: nothing, synced_scenes: 0 })).toBe(en.overview.idle)
    expect(say({ queue: nothing, dead_letters: 2 })).toBe(en.overview.idle)
  })
})
