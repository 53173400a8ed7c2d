/** What PlexSync does while there is nothing to do: how often it wakes, and what it asks of the servers. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { startApp } from '../harness/app-process.ts'
import { makeTempFolder } from '../harness/temp-folder.ts'
import { readIntervals } from '../harness/timer-probe.ts'
import { startTestEngine, type TestEngine } from './test-engine.ts'

const minuteMs = 60_000
/** Pings of the websocket to Stash, and the change probe at its default. */
const allowed = [30_000, 10_000]

/** Lengths of the timers below a minute that wake the engine while ten minutes pass, except for those allowed. */
async function shortTimers(app: TestEngine): Promise<number[]> {
  const short: number[] = []
  const { clock } = app
  const setTimer = clock.setTimer.bind(clock)
  // One that is ended before it is due, such as the deadline of a request that is answered, wakes nothing.
  clock.setTimer = (ms, fn) =>
    setTimer(ms, () => {
      if (ms < minuteMs && !allowed.includes(ms)) short.push(ms)
      fn()
    })
  await app.pass(10 * minuteMs)
  return short
}

it('sets no timer below a minute while nothing is due', async () => {
  await using app = await startTestEngine({ settings: { poll_interval: 20 } })
  await app.hookAll(3)
  await app.settled()
  await app.pass(5 * minuteMs)
  expect(await shortTimers(app)).toEqual([])
})

it('sets none while jobs wait for a time that is known', async () => {
  await using app = await startTestEngine({ settings: { poll_interval: 20 } })
  app.plex.library.removeItem(app.keys[0] ?? 0)
  await app.hook(1)
  // Its later tries are ten minutes apart.
  await app.until(async () => ((await app.lastJob(1))?.attempts ?? 0) >= 8, 3 * 60 * minuteMs)
  await app.pass(minuteMs)
  const short = await shortTimers(app)
  // One for the last part of the way to the time itself, which is somewhere within a minute.
  expect(short.length).toBeLessThanOrEqual(4)
})

it('sets none while it is paused or before the setup is finished, whatever is kept', async () => {
  await using paused = await startTestEngine({ settings: { poll_interval: 20 } })
  await paused.call('pause')
  await paused.hookAll(3)
  await paused.pass(5 * minuteMs)
  expect(await shortTimers(paused)).toEqual([])
  await using fresh = await startTestEngine({ inSetup: true, settings: { poll_interval: 20 } })
  await fresh.hookAll(3)
  await fresh.pass(5 * minuteMs)
  expect(await shortTimers(fresh)).toEqual([])
})

it('the whole process sets no timer that wakes it more often than its listeners look for slow requests', async () => {
  await using folder = await makeTempFolder('plexsync-idle-')
  await using app = await startApp({
    dataFolder: folder.path,
    nodeArguments: ['--import', fileURLToPath(new URL('../harness/timer-probe.ts', import.meta.url))],
    environment: { PLEXSYNC_TIMER_PROBE: '1' },
  })
  const often = (await readIntervals(app.child)).filter((ms) => ms < minuteMs)
  // The hook listener and the window's; once a second would be more than everything else together.
  expect(often.toSorted((one, other) => one - other)).toEqual([2_500, 10_000])
})
