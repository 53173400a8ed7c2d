import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { logFileName, oldLogFileName } from './log-files.ts'
import { type AppLog, openLog } from './logger.ts'
import { compileRedaction } from './redact.ts'

let folder: string
let clock: ManualClock
let printed: string[]
let log: AppLog

const open = (more: { folder?: string | null; printAll?: boolean; maxBytes?: number } = {}) =>
  openLog({ folder, clock, print: (line) => printed.push(line), printAll: false, ...more })
const onDisk = (name = logFileName) => readFileSync(join(folder, name), 'utf8')
const records = (name = logFileName) =>
  onDisk(name)
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text))

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plexsync-log-'))
  clock = new ManualClock()
  printed = []
})
afterEach(() => {
  log.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('the log', () => {
  it('writes batches, each line one record', async () => {
    log = await open()
    log.log('info', 'Worker', 'Job 456 completed', { sceneId: '123' })
    log.log('warning', '', 'two\nlines')
    expect(onDisk()).toBe('')
    await clock.advance(100)
    expect(records()).toEqual([
      {
        at: '2025-01-15T12:00:00.000Z',
        level: 'info',
        component: 'Worker',
        scene_id: '123',
        line: '[PlexSync Worker] Job 456 completed',
      },
      expect.objectContaining({ component: '', line: '[PlexSync] two\\nlines' }),
    ])
    expect(printed).toEqual([])
  })

  it('writes an error immediately, and the rest when it closes', async () => {
    log = await open()
    log.log('info', '', 'one')
    log.log('error', '', 'two', { error: new Error('three') })
    expect(records()).toHaveLength(2)
    log.log('info', '', 'four')
    log.close()
    expect(records()).toHaveLength(3)
    expect(clock.timers).toBe(0)
  })

  it('writes debug lines only when told to', async () => {
    log = await open()
    log.log('debug', '', 'one')
    log.configure({ debug: true, redact: compileRedaction([]) })
    log.log('trace', '', 'two')
    log.flush()
    expect(records()).toHaveLength(1)
  })

  it('redacts each sink: disk, terminal and view', async () => {
    const seen: string[] = []
    log = await open({ printAll: true })
    log.configure({ debug: false, redact: compileRedaction(['planted-secret-1']) })
    log.onLine((line) => seen.push(JSON.stringify(line)))
    const error = Object.assign(new Error('planted-secret-1'), { code: 'planted-secret-1' })
    log.log('error', 'Plex', 'a planted-secret-1', { sceneId: 'planted-secret-1', error })
    log.log('info', 'Plex', 'X-Plex-Token: other')
    log.flush()
    for (const text of [onDisk(), printed.join(), seen.join()]) {
      expect(text).toContain('***')
      expect(text).not.toMatch(/planted|other/)
    }
  })

  it('prints in the human form when asked to', async () => {
    log = await open({ printAll: true })
    log.log('info', 'Hook', 'Enqueued sync job for scene 123 in 4.2ms')
    expect(printed[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d info {2}\[PlexSync Hook\] Enqueued sync job/)
  })

  it('keeps two files of bounded size', async () => {
    log = await open({ maxBytes: 5_000 })
    for (let batch = 0; batch < 20; batch++) {
      for (let line = 0; line < 10; line++) log.log('info', '', `batch ${batch}, line ${line}, ${'x'.repeat(50)}`)
      log.flush()
    }
    expect(readdirSync(folder).sort()).toEqual([oldLogFileName, logFileName].sort())
    for (const name of [logFileName, oldLogFileName]) expect(statSync(join(folder, name)).size).toBeLessThan(8_000)
    const lines = [...records(oldLogFileName), ...records()].map(({ line }) => line)
    expect(lines.at(-1)).toContain('batch 19, line 9')
    // Nothing is missing between the first line that is left and the last one.
    const first = Number(/batch (\d+)/.exec(lines[0])?.[1])
    expect(lines).toHaveLength((20 - first) * 10)
  })

  it('does not exchange files that another process has just exchanged', async () => {
    log = await open({ maxBytes: 1_000 })
    const other = await open({ maxBytes: 1_000 })
    for (let round = 0; round < 6; round++) {
      log.log('info', '', `${round} ${'x'.repeat(300)}`)
      log.flush()
      other.log('info', '', `${round} ${'y'.repeat(300)}`)
      other.flush()
    }
    other.close()
    expect(statSync(join(folder, oldLogFileName)).size).toBeGreaterThan(1_000)
  })

  it('ends a line that a crash has torn', async () => {
    writeFileSync(join(folder, logFileName), '{"at":"2025-01')
    log = await open()
    log.log('info', '', 'next')
    log.flush()
    expect(onDisk().split('\n')[0]).toBe('{"at":"2025-01')
    expect(JSON.parse(onDisk().split('\n')[1] ?? '').line).toBe('[PlexSync] next')
  })

  it('leaves nothing behind when it is closed, however often the same folder is opened', async () => {
    const warnings: Error[] = []
    const warned = (warning: Error): void => void warnings.push(warning)
    process.on('warning', warned)
    for (let n = 0; n < 12; n++) {
      log = await open()
      log.close()
    }
    await new Promise((resume) => setImmediate(resume))
    process.off('warning', warned)
    expect(warnings).toEqual([])
  })

  it('starts where the folder cannot be written, and says so', async () => {
    const file = join(folder, 'a-file')
    writeFileSync(file, '')
    log = await open({ folder: join(file, 'logs') })
    expect(printed[0]).toMatch(/warning \[PlexSync\] No log file, lines are only printed: .*a-file/)
    log.log('info', '', 'still alive')
    expect(printed[1]).toContain('still alive')
  })

  it('reports once that the disk refuses lines, and continues when it no longer does', async () => {
    log = await open()
    rmSync(folder, { recursive: true })
    for (let round = 0; round < 9; round++) {
      log.log('info', '', 'lost')
      log.flush()
    }
    expect(printed).toHaveLength(1)
    expect(printed[0]).toContain('The log file cannot be written; 1 lines are lost so far')
    log.log('info', '', 'lost')
    log.flush()
    expect(printed[1]).toContain('10 lines are lost')
  })

  it('is readable by its owner only', async () => {
    log = await open()
    if (process.platform !== 'win32') expect(statSync(join(folder, logFileName)).mode & 0o077).toBe(0)
    chmodSync(folder, 0o700)
  })

  it('survives a listener that throws or logs', async () => {
    const seen: string[] = []
    log = await open()
    log.onLine(() => {
      throw new Error('broken view')
    })
    log.onLine(() => log.log('info', '', 'from a listener'))
    const end = log.onLine((line) => seen.push(line.line))
    log.log('info', '', 'one')
    expect(seen[0]).toBe('[PlexSync] one')
    expect(seen[1]).toContain('A view of the log failed and was closed: broken view')
    end()
    log.log('info', '', 'two')
    expect(seen).toHaveLength(2)
    log.flush()
    expect(records().filter(({ line }) => line.includes('broken view'))).toHaveLength(1)
  })
})
