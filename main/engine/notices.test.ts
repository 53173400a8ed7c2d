import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../test/harness/clock.ts'
import { Notices } from './notices.ts'
import type { Notice } from './ports.ts'

function start() {
  const clock = new ManualClock()
  const shown: Notice[] = []
  const world = { count: 0 }
  const notices = new Notices({
    clock,
    notifier: { notify: (notice) => shown.push(notice) },
    isOn: () => true,
    deadLetters: () => world.count,
  })
  const grow = (count: number): void => {
    world.count = count
    notices.deadLettersGrew()
  }
  return { clock, shown, notices, grow, world }
}

describe('dead letters', () => {
  it('are counted when the queue has settled', () => {
    const { shown, notices, grow } = start()
    grow(1)
    grow(14)
    expect(shown).toEqual([])
    notices.queueSettled()
    expect(shown).toEqual([{ kind: 'dead_letters', count: 14, view: '/needs-you' }])
    notices.queueSettled()
    expect(shown).toHaveLength(1)
  })

  it('are reported after a minute of a queue that never rests', async () => {
    const { clock, shown, grow } = start()
    grow(2)
    await clock.advance(59_000)
    expect(shown).toEqual([])
    await clock.advance(1_000)
    expect(shown).toMatchObject([{ count: 2 }])
  })

  it('that grow within five minutes are reported after them', async () => {
    const { clock, shown, notices, grow } = start()
    grow(1)
    notices.queueSettled()
    grow(3)
    notices.queueSettled()
    await clock.advance(4 * 60_000)
    notices.queueSettled()
    expect(shown).toHaveLength(1)
    await clock.advance(60_000)
    expect(shown).toMatchObject([{ count: 1 }, { count: 3 }])
  })

  it('that are gone by then are not reported', async () => {
    const { clock, shown, notices, grow, world } = start()
    grow(1)
    notices.queueSettled()
    grow(2)
    world.count = 0
    await clock.advance(10 * 60_000)
    expect(shown).toHaveLength(1)
  })
})
