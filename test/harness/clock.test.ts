import { expect, test } from 'vitest'
import { ManualClock, PushedClock } from './clock.ts'

test('timers run in the order of their moments, each at its own time', async () => {
  const clock = new ManualClock(0)
  const seen: string[] = []
  clock.setTimer(30, () => seen.push(`late ${clock.now()}`))
  clock.setTimer(10, () => seen.push(`early ${clock.now()}`))
  const cancel = clock.setTimer(20, () => seen.push('never'))
  cancel()
  await clock.advance(25)
  expect(seen).toEqual(['early 10'])
  expect(clock.now()).toBe(25)
  await clock.advance(25)
  expect(seen).toEqual(['early 10', 'late 30'])
  expect(clock.now()).toBe(50)
})

test('a timer may set the next one after awaiting something', async () => {
  const clock = new ManualClock(0)
  let ticks = 0
  const tick = async () => {
    ticks++
    await Promise.resolve()
    clock.setTimer(10, tick)
  }
  clock.setTimer(10, tick)
  await clock.advance(100)
  expect(ticks).toBe(10)
})

test('a jump runs nothing and keeps the distance of the timers', async () => {
  const clock = new ManualClock(0)
  let ran = false
  clock.setTimer(1000, () => {
    ran = true
  })
  clock.jump(86_400_000)
  expect(ran).toBe(false)
  expect(clock.nextDue).toBe(86_401_000)
  expect(await clock.advanceToNext()).toBe(true)
  expect(ran).toBe(true)
  expect(await clock.advanceToNext()).toBe(false)
})

test('timers that are due at the same moment run together, without one that another has cancelled or set', async () => {
  const clock = new ManualClock(0)
  const ran: string[] = []
  let cancel = (): void => {}
  const run = (name: string) => () => {
    ran.push(name)
    void Promise.resolve().then(() => ran.push(`after ${name}`))
  }
  clock.setTimer(10, () => {
    run('first')()
    cancel()
    clock.setTimer(0, run('fourth'))
  })
  cancel = clock.setTimer(10, run('never'))
  clock.setTimer(20, run('later'))
  clock.setTimer(10, run('third'))
  expect(clock.runDue()).toBe(true)
  expect([clock.now(), clock.timers, ran]).toEqual([10, 2, ['first', 'third']])
  await Promise.resolve()
  expect(clock.runDue()).toBe(true)
  expect([clock.now(), ran]).toEqual([10, ['first', 'third', 'after first', 'after third', 'fourth']])
  expect(clock.runDue()).toBe(true)
  expect(clock.now()).toBe(20)
  expect(clock.runDue()).toBe(false)
})

test('a clock that is pushed ahead brings what falls due, in its order, and nothing else', async () => {
  const clock = new PushedClock()
  const before = clock.now()
  const seen: string[] = []
  const both = Promise.withResolvers<void>()
  clock.setTimer(2 * 3_600_000, () => seen.push('much later'))
  clock.setTimer(3_000_000, () => {
    seen.push('late')
    both.resolve()
  })
  clock.setTimer(2_000_000, () => seen.push('early'))
  clock.setTimer(1_000_000, () => seen.push('never'))()
  clock.push(3_600_000)
  await both.promise
  expect(seen).toEqual(['early', 'late'])
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000)
})
