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

function count(db: Database): unknown {
  return db.prepare('SELECT count(*) FROM webhook_ids').pluck().get()
}

describe('WebhookIds', () => {
  it('knows an id for 24 hours', () => {
    const clock = new ManualClock()
    const ids = new WebhookIds(open(':memory:'), clock)
    expect(ids.remember('msg_1')).toBe(true)
    expect(ids.remember('msg_2')).toBe(true)
    clock.jump(24 * hour - 1)
    expect(ids.remember('msg_1')).toBe(false)
    clock.jump(1)
    expect(ids.remember('msg_1')).toBe(true)
    expect(ids.remember('msg_1')).toBe(false)
  })

  it('knows it after a restart', async () => {
    const folder = await makeMemoryFolder()
    onTestFinished(folder.close)
    const clock = new ManualClock()
    const first = open(folder.file('plexsync.db'))
    expect(new WebhookIds(first, clock).remember('msg_1')).toBe(true)
    first.close()
    expect(new WebhookIds(open(folder.file('plexsync.db')), clock).remember('msg_1')).toBe(false)
  })

  it('forgets an id whose transaction failed', () => {
    const db = open(':memory:')
    const ids = new WebhookIds(db, new ManualClock())
    const failing = db.transaction(() => {
      ids.remember('msg_1')
      throw new Error('disk full')
    })
    expect(failing).toThrow('disk full')
    expect(ids.remember('msg_1')).toBe(true)
  })

  it('stays small: old ids go as new ones come', () => {
    const db = open(':memory:')
    const clock = new ManualClock()
    const ids = new WebhookIds(db, clock)
    for (let day = 0; day < 10; day++) {
      for (let n = 0; n < 1000; n++) ids.remember(`${(n * 7919) % 1000}-${day}`)
      expect(count(db)).toBeGreaterThanOrEqual(1000)
      expect(count(db)).toBeLessThanOrEqual(2000)
      for (let n = 0; n < 1000; n++) expect(ids.remember(`${n}-${day}`)).toBe(false)
      clock.jump(24 * hour)
    }
  })
})
