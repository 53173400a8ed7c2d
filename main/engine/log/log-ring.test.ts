import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { logFileName, oldLogFileName } from './log-files.ts'
import { LogRing } from './log-ring.ts'

let folder: string
let present: string
let old: string
let clock: ManualClock
let ring: LogRing

const record = (number: number, more: object = {}) =>
  `${JSON.stringify({
    at: new Date(Date.UTC(2026, 0, 1) + number * 1000).toISOString(),
    level: 'info',
    component: 'Worker',
    scene_id: String(number),
    line: `[PlexSync Worker] line ${number}`,
    ...more,
  })}\n`
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index)
const records = (from: number, to: number) =>
  range(from, to)
    .map((number) => record(number))
    .join('')

async function read(filter: Partial<Parameters<LogRing['read']>[0]> = {}) {
  const result = await ring.read({ limit: 500, ...filter })
  if (!result.ok) throw new Error(result.fault.message)
  return result.value.map(({ line }) => Number(/line (\d+)/.exec(line)?.[1]))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plexsync-ring-'))
  present = join(folder, logFileName)
  old = join(folder, oldLogFileName)
  clock = new ManualClock()
  ring = new LogRing(folder, clock)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('reading the log', () => {
  it('gives none if there is no file', async () => expect(await read()).toEqual([]))

  it('gives the newest lines, oldest first, over both files', async () => {
    writeFileSync(old, records(0, 10))
    writeFileSync(present, records(10, 20))
    expect(await read({ limit: 5 })).toEqual(range(15, 20))
    expect(await read({ limit: 15 })).toEqual(range(5, 20))
    expect(await read()).toEqual(range(0, 20))
  })

  it('crosses the borders of its chunks without loss', async () => {
    const long = 'é'.repeat(997)
    const text = range(0, 400).map((number) => record(number, { line: `line ${number} ${long}` }))
    writeFileSync(present, text.join(''))
    expect(await read()).toEqual(range(0, 400))
    writeFileSync(present, record(0, { line: `line 0 ${'x'.repeat(400_000)}` }) + record(1))
    expect(await read()).toEqual([0, 1])
  })

  it('filters by level, component, scene, text and time', async () => {
    writeFileSync(
      present,
      records(0, 5) +
        record(5, { level: 'warning' }) +
        record(6, { level: 'error', component: '' }) +
        record(7, { component: 'Hook', scene_id: null }) +
        record(8, { line: '[PlexSync Worker] line 8 Ünïcode TEXT' }),
    )
    expect(await read({ level: 'warning' })).toEqual([5, 6])
    expect(await read({ component: 'hook' })).toEqual([7])
    expect(await read({ component: '' })).toEqual([6])
    expect(await read({ scene_id: '3' })).toEqual([3])
    expect(await read({ text: 'ünïcode text' })).toEqual([8])
    expect(await read({ since: '2026-01-01T00:00:07Z' })).toEqual([7, 8])
    expect(await read({ since: '2026-01-01T01:00:07+01:00', text: 'line 8' })).toEqual([8])
  })

  it('names a time that is none', async () => {
    const result = await ring.read({ limit: 5, since: 'yesterday' })
    expect(result).toMatchObject({
      ok: false,
      fault: { code: 'invalid_input', message: expect.stringContaining('since') },
    })
  })

  it('leaves out what is torn or not ours', async () => {
    writeFileSync(present, `${record(0)}{"at":"20\n\nplain text\n{"level":"info"}\n${record(1)}{"at":"2026-01-01T0`)
    expect(await read()).toEqual([0, 1])
  })
})

describe('following the log', () => {
  const seen: number[] = []
  const problems: string[] = []
  let end: () => void

  const follow = (filter: Partial<Parameters<LogRing['read']>[0]> = {}) => {
    seen.length = 0
    const result = ring.follow(
      { limit: 2, ...filter },
      ({ line }) => seen.push(Number(/line (\d+)/.exec(line)?.[1])),
      (problem) => problems.push(problem),
    )
    if (!result.ok) throw new Error(result.fault.message)
    end = result.value
  }
  /** A look is over when it has set the timer of the next one. */
  const lookOver = async () => {
    while (clock.timers === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  const nextLook = async () => {
    await lookOver()
    await clock.advance(250)
    await lookOver()
  }
  afterEach(() => end())

  it('starts with the newest lines and continues with new ones', async () => {
    writeFileSync(present, records(0, 5))
    follow()
    await nextLook()
    expect(seen).toEqual([3, 4])
    appendFileSync(present, records(5, 8))
    await nextLook()
    expect(seen).toEqual([3, 4, 5, 6, 7])
  })

  it('waits for the end of a line', async () => {
    const [head, tail] = [record(1).slice(0, 30), record(1).slice(30)]
    writeFileSync(present, record(0) + head)
    follow()
    await nextLook()
    expect(seen).toEqual([0])
    appendFileSync(present, tail)
    await nextLook()
    expect(seen).toEqual([0, 1])
  })

  it('loses nothing when the files are exchanged', async () => {
    writeFileSync(present, records(0, 2))
    follow()
    await nextLook()
    appendFileSync(present, records(2, 4))
    renameSync(present, old)
    writeFileSync(present, records(4, 6))
    await nextLook()
    expect(seen).toEqual(range(0, 6))
  })

  it('begins before there is a file', async () => {
    follow()
    await nextLook()
    writeFileSync(present, records(0, 2))
    await nextLook()
    expect(seen).toEqual([0, 1])
  })

  it('applies the filter to new lines too, and ends', async () => {
    follow({ level: 'warning' })
    await nextLook()
    appendFileSync(present, record(0) + record(1, { level: 'error' }))
    await nextLook()
    expect(seen).toEqual([1])
    end()
    expect(clock.timers).toBe(0)
    expect(problems).toEqual([])
  })
})
