import { describe, expect, it } from 'vitest'
import type { Status } from '../../shared/contract.ts'
import { statusWith } from './status.fixture.ts'
import { nextTray, redAfterMs, type TrayMemory } from './tray-state.ts'

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
const since = '2026-01-30T14:02:00Z'
const down = { code: 'server_down', values: { server: 'plex', kept: 0 }, since, text: '' } as const
const waiting = statusWith({ state: 'waiting', waiting_for: down })
const needing = statusWith({ state: 'needs_you', dead_letters: 3 })
const refused = statusWith({ state: 'waiting', waiting_for: { ...down, code: 'token_refused' } })

describe('nextTray', () => {
  it('shows the first state immediately', () => {
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

  it('counts the minute again when the cause went away', () => {
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

  it('shows the end of a pause immediately', () => {
    const paused = statusWith({ state: 'paused', paused: true })
    expect(
      play([
        [0, paused],
        [1_000, idle],
      ]),
    ).toEqual(['stopped', 'idle'])
  })

  it('shows a pause immediately', () => {
    const paused = statusWith({ state: 'paused', paused: true, dead_letters: 2 })
    expect(
      play([
        [0, working],
        [1, paused],
      ]),
    ).toEqual(['working', 'stopped'])
  })

  it('is red again immediately when a pause or an outage ends and the dead letters are still there', () => {
    const paused = statusWith({ state: 'paused', paused: true, dead_letters: 3 })
    const outage = statusWith({ state: 'waiting', waiting_for: down, dead_letters: 3 })
    expect(
      play([
        [0, needing],
        [60_000, needing],
        [61_000, paused],
        [62_000, needing],
        [63_000, outage],
        [68_000, outage],
        [69_000, needing],
      ]),
    ).toEqual(['idle', 'needs_you', 'stopped', 'needs_you', 'needs_you', 'waiting', 'needs_you'])
  })

  it('turns red for a refused token after its minute', () => {
    expect(
      play([
        [0, refused],
        [redAfterMs, refused],
      ]),
    ).toEqual(['waiting', 'needs_you'])
  })

  it('shows the setup as waiting', () => {
    expect(play([[0, statusWith({ state: 'setup', setup_finished: false })]])).toEqual(['waiting'])
  })

  it('says when to look again', () => {
    const first = nextTray(null, needing, 0)
    expect(first.lookAgainMs).toBe(redAfterMs)
    const second = nextTray(first.memory, working, 1_000)
    expect(second.lookAgainMs).toBe(1_000)
    expect(nextTray(null, idle, 0).lookAgainMs).toBeNull()
  })
})

describe('the sentence beside the icon', () => {
  const said = (memory: TrayMemory): string => memory.summary.parts[0].code

  it('is that of the moment, also while the icon keeps calm for its first minute', () => {
    const { memory } = nextTray(null, needing, 0)
    expect([memory.shown, said(memory), memory.summary.view]).toEqual(['idle', 'needs_attention', '/needs-you'])
  })

  it('waits with the icon while a look settles', () => {
    const before = nextTray(null, idle, 0).memory
    const during = nextTray(before, waiting, 100).memory
    expect([during.shown, said(during)]).toEqual(['idle', 'in_sync'])
    const after = nextTray(during, waiting, 5_100).memory
    expect([after.shown, said(after)]).toEqual(['waiting', 'server_down'])
  })
})
