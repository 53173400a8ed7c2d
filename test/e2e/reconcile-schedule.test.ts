/** Scheduled comparisons: the configured scope at the configured interval, across restarts and long sleeps. */
import { describe, expect, it } from 'vitest'
import { ManualClock } from '../harness/clock.ts'
import { type Libraries, metadata, startLibraries } from './libraries.ts'

const hour = 3_600_000
const scheduled = (libraries: Libraries) =>
  libraries.lines.filter((line) => /Scheduled comparison/.test(line)).map((line) => /\((.*)\)/.exec(line)?.[1])

/** Lets time go by in steps, so that what hangs on sockets keeps pace with the clock. */
async function pass(libraries: Libraries, clock: ManualClock, ms: number): Promise<void> {
  for (let gone = 0; gone < ms; gone += hour / 4) {
    await clock.advance(hour / 4)
    await libraries.arrive()
  }
}

describe('the schedule', () => {
  it('runs the configured scope, not immediately, and continues counting after a restart', async () => {
    const clock = new ManualClock()
    await using libraries = await startLibraries({
      clock,
      settings: { reconcile_interval: 'daily', reconcile_scope: '7days' },
    })
    libraries.addScene('a', { ...metadata, updatedAt: clock.now() - 48 * hour })
    await libraries.open({ start: true })
    await pass(libraries, clock, 20 * hour)
    expect(scheduled(libraries)).toEqual([])
    await libraries.close()
    await libraries.open({ start: true })
    await pass(libraries, clock, 5 * hour)
    expect(scheduled(libraries)).toEqual(['daily, scope 7days'])
    const { run } = await libraries.call('getReconcile', {})
    expect(await libraries.reconciled(run?.id ?? 0)).toMatchObject({ scope: '7days', state: 'done', enqueued: 1 })
  })

  it('makes up for a long sleep once', async () => {
    const clock = new ManualClock()
    await using libraries = await startLibraries({ clock, settings: { reconcile_interval: 'hourly' } })
    await libraries.open({ start: true })
    clock.jump(50 * hour)
    await clock.advance(90_000)
    expect(scheduled(libraries)).toHaveLength(0)
    await pass(libraries, clock, hour / 2)
    expect(scheduled(libraries)).toHaveLength(1)
  })
})
