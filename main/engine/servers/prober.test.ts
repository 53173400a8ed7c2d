import { expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { Prober } from './prober.ts'

function started() {
  const clock = new ManualClock()
  const signals: AbortSignal[] = []
  const answers: ((isUp: boolean) => void)[] = []
  const prober = new Prober({
    clock,
    probe: (signal) => {
      signals.push(signal)
      return new Promise((resolve) => answers.push(resolve))
    },
    nextAt: (now) => now + 5_000,
  })
  return { clock, signals, answers, prober }
}

it('waits for no further probe once it is stopped, though it was never started', async () => {
  const { clock, signals, answers, prober } = started()
  const probed = prober.probeNow()
  prober.stop()
  expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  answers[0]?.(false)
  await probed
  expect(clock.timers).toBe(0)
})

it('ends the wait for the next probe with its lifetime', () => {
  const { clock, prober } = started()
  const lifetime = new AbortController()
  prober.start(lifetime.signal)
  prober.schedule()
  expect(clock.timers).toBe(1)
  lifetime.abort()
  expect(clock.timers).toBe(0)
})
