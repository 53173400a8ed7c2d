import { describe, expect, it } from 'vitest'
import type { Status } from '../../shared/contract.ts'
import { statusWith } from './status.fixture.ts'
import { needOf, nextTray, redAfterMs, type TrayMemory, viewOfCause } from './tray-state.ts'

/** Shows a series of moments `[at, status]` and gives what is shown after each. */
function play(moments: readonly (readonly [number, Status])[]): string[] {
  let memory: TrayMemory | null = null
  return moments.map(([at, status]) => {
    memory = nextTray(memory, status, at).memory
    return memory.shown
  })
}

const idle = statusWith({})
const working = statusWith({ state: 'working', queue: { ready: 3, delayed: 0, in_progress: 1 } })
const waiting = statusWith({ state: 'waiting', waiting_for: { server: 'plex', since: '2026-01-30T14:02:00Z' } })
const needing = statusWith({ state: 'needs_you', dead_letters: 3 })
const refused = statusWith({
  state: 'waiting',
  waiting_for: { server: 'plex', since: '2026-01-30T14:02:00Z' },
  plex: { ...idle.plex, auth_refused: true },
})

describe('nextTray', () => {
  it('shows the first state at once', () => {
    expect(play([[0, waiting]])).toEqual(['waiting'])
  })

  it('does not flicker over work of less than a second', () => {
    expect(
      play([
        [0, idle],
        [100, working],
        [900, idle],
        [5_000, idle],
      ]),
    ).toEqual(['idle', 'idle', 'idle', 'idle'])
  })

  it('shows work that lasts, and its end a moment later', () => {
    expect(
      play([
        [0, idle],
        [100, working],
        [1_100, working],
        [1_200, idle],
        [3_200, idle],
      ]),
    ).toEqual(['idle', 'idle', 'working', 'working', 'idle'])
  })

  it('turns red only after a minute, also at the start', () => {
    expect(
      play([
        [0, needing],
        [redAfterMs - 1, needing],
        [redAfterMs, needing],
      ]),
    ).toEqual(['idle', 'idle', 'needs_you'])
  })

  it('counts the minute anew when the cause went away', () => {
    expect(
      play([
        [0, needing],
        [50_000, idle],
        [60_000, needing],
        [100_000, needing],
        [120_000, needing],
      ]),
    ).toEqual(['idle', 'idle', 'idle', 'idle', 'needs_you'])
  })

  it('shows a pause at once', () => {
    const paused = statusWith({ state: 'stopped', paused: true, dead_letters: 2 })
    expect(
      play([
        [0, working],
        [1, paused],
      ]),
    ).toEqual(['working', 'stopped'])
  })

  it('says when to look again', () => {
    const first = nextTray(null, needing, 0)
    expect(first.lookAgainMs).toBe(redAfterMs)
    const second = nextTray(first.memory, working, 1_000)
    expect(second.lookAgainMs).toBe(1_000)
    expect(nextTray(null, idle, 0).lookAgainMs).toBeNull()
  })
})

describe('needOf and viewOfCause', () => {
  it('names the refused token before the scenes', () => {
    expect(needOf(refused)).toEqual({ kind: 'token', server: 'plex' })
    expect(viewOfCause('needs_you', refused)).toBe('/settings')
  })

  it('leads to the cause of each state', () => {
    expect(viewOfCause('needs_you', needing)).toBe('/needs-you')
    expect(viewOfCause('waiting', waiting)).toBe('/health')
    expect(viewOfCause('working', working)).toBe('/activity')
    expect(viewOfCause('idle', idle)).toBe('/overview')
    expect(viewOfCause('stopped', statusWith({ plex: { ...idle.plex, configured: false } }))).toBe('/setup')
  })

  it('asks nobody while a server is waited for or a person paused it', () => {
    expect(needOf(statusWith({ ...waiting, dead_letters: 2 }))).toBeNull()
    expect(needOf(statusWith({ state: 'stopped', paused: true, dead_letters: 2 }))).toBeNull()
  })
})
