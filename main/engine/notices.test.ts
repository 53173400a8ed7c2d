import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../test/harness/clock.ts'
import { Notices } from './notices.ts'
import type { Notice } from './ports.ts'

function start() {
  const clock = new ManualClock()
  const told: Notice[] = []
  const world = { count: 0 }
  const notices = new Notices({
    clock,
    notifier: { notify: (notice) => told.push(notice) },
    isOn: () => true,
    deadLetters: () => world.count,
  })
  const grow = (count: number): void => {
    world.count = count
    notices.deadLettersGrew()
  }
  return { clock, told, notices, grow, world }
}

describe('dead letters', () => {
  it('are counted when the queue has settled', () => {
    const { told, notices, grow } = start()
    grow(1)
    grow(14)
    expect(told).toEqual([])
    notices.queueSettled()
    expect(told).toEqual([{ kind: 'dead_letters', count: 14, view: '/needs-you' }])
    notices.queueSettled()
    expect(told).toHaveLength(1)
  })

  it('are told after a minute of a queue that never rests', async () => {
    const { clock, told, grow } = start()
    grow(2)
    await clock.advance(59_000)
    expect(told).toEqual([])
    await clock.advance(1_000)
    expect(told).toMatchObject([{ count: 2 }])
  })

  it('that grow within five minutes are told after them', async () => {
    const { clock, told, notices, grow } = start()
    grow(1)
    notices.queueSettled()
    grow(3)
    notices.queueSettled()
    await clock.advance(4 * 60_000)
    notices.queueSettled()
    expect(told).toHaveLength(1)
    await clock.advance(60_000)
    expect(told).toMatchObject([{ count: 1 }, { count: 3 }])
  })

  it('that are gone by then are not told', async () => {
    const { clock, told, notices, grow, world } = start()
    grow(1)
    notices.queueSettled()
    grow(2)
    world.count = 0
    await clock.advance(10 * 60_000)
    expect(told).toHaveLength(1)
  })
})
