import { describe, expect, it, onTestFinished } from 'vitest'
import { ManualClock } from '../../../test/harness/clock.ts'
import { makeMemoryFolder } from '../../../test/harness/temp-folder.ts'
import { type Database, openDatabase } from '../database/open.ts'
import { WebhookIds } from './webhook-ids.ts'

const hour = 60 * 60 * 1000

function open(file: string): Database {
  const opened = openDatabase(file, { clock: new ManualClock() })
  if (!opened.ok) throw new Error(opened.fault.message)
  onTestFinished(() => void opened.value.close())
  return opened.value
}

function remember(ids: WebhookIds, id: string): boolean | undefined {
  return ids.remember([id])[0]
}

function count(db: Database): unknown {
  return db.prepare('SELECT count(*) FROM webhook_ids').pluck().get()
}

describe('WebhookIds', () => {
  it('knows an id for 24 hours', () => {
    const clock = new ManualClock()
    const ids = new WebhookIds(open(':memory:'), clock)
    expect(remember(ids, 'msg_1')).toBe(true)
    expect(remember(ids, 'msg_2')).toBe(true)
    clock.jump(24 * hour - 1)
    expect(remember(ids, 'msg_1')).toBe(false)
    clock.jump(1)
    expect(remember(ids, 'msg_1')).toBe(true)
    expect(remember(ids, 'msg_1')).toBe(false)
  })

  it('knows it after a restart', async () => {
    const folder = await makeMemoryFolder()
    onTestFinished(folder.close)
    const clock = new ManualClock()
    const first = open(folder.file('plexsync.db'))
    expect(remember(new WebhookIds(first, clock), 'msg_1')).toBe(true)
    first.close()
    expect(remember(new WebhookIds(open(folder.file('plexsync.db')), clock), 'msg_1')).toBe(false)
  })

  it('forgets an id whose transaction failed', () => {
    const db = open(':memory:')
    const ids = new WebhookIds(db, new ManualClock())
    const failing = db.transaction(() => {
      remember(ids, 'msg_1')
      throw new Error('disk full')
    })
    expect(failing).toThrow('disk full')
    expect(remember(ids, 'msg_1')).toBe(true)
  })

  it('tells an id that comes twice in one list', () => {
    const ids = new WebhookIds(open(':memory:'), new ManualClock())
    expect(ids.remember(['msg_1', 'msg_2', 'msg_1'])).toEqual([true, true, false])
    expect(ids.remember(['msg_3', 'msg_2', "msg_'4"])).toEqual([true, false, true])
    expect(ids.remember([])).toEqual([])
  })

  it('stays small: old ids go as new ones come', () => {
    const db = open(':memory:')
    const clock = new ManualClock()
    const ids = new WebhookIds(db, clock)
    for (let day = 0; day < 10; day++) {
      for (let n = 0; n < 1000; n++) remember(ids, `${(n * 7919) % 1000}-${day}`)
      expect(count(db)).toBeGreaterThanOrEqual(1000)
      expect(count(db)).toBeLessThanOrEqual(2000)
      for (let n = 0; n < 1000; n++) expect(remember(ids, `${n}-${day}`)).toBe(false)
      clock.jump(24 * hour)
    }
  })
})
