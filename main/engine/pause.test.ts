import { expect, it } from 'vitest'
import { ManualClock } from '../../test/harness/clock.ts'
import { pause } from './pause.ts'

it('ends when the clock says so, when the signal aborts, and immediately where there is nothing to wait for', async () => {
  const clock = new ManualClock()
  const ended: string[] = []
  const stop = new AbortController()
  void pause(100, clock).then(() => ended.push('clock'))
  void pause(100, clock, stop.signal).then(() => ended.push('signal'))
  await pause(0, clock)
  await pause(100, clock, AbortSignal.abort())
  stop.abort()
  await clock.advance(99)
  expect(ended).toEqual(['signal'])
  await clock.advance(1)
  expect(ended).toEqual(['signal', 'clock'])
  expect(clock.timers).toBe(0)
})
